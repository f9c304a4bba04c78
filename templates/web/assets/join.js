// Chooses the time zone that this device has, where nobody has chosen one yet. The page works without it.
"use strict";
const zone = document.getElementById("zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !zone.value && here) {
  if (!Array.from(zone.options).some((option) => option.value === here)) {
    zone.add(new Option(here, here), 1); // an older name of the same place
  }
  zone.value = here;
}

"""All three."""

from service.demo.script import lena, marcus, priya

SCRIPTS = (priya.SCRIPT, marcus.SCRIPT, lena.SCRIPT)

// What the mails given on stdin ({name: html}) use that a mail program does not know, by caniemail's
// data. The package judges HTML, inline styles and the rules of <style>; it overlooks what stands inside
// @media and what is not in its data at all, so both are added here.
import { readFileSync } from "node:fs";
import { caniemail, getAllFeatures, parseHtml } from "../node_modules/caniemail/dist/index.js";
import { getMatchingPropertyTitles } from "../node_modules/caniemail/dist/css-titles.js";

const { clients, mails } = JSON.parse(readFileSync(0, "utf8"));
const { supported, unsupported } = getAllFeatures(clients);
const flawed = new Map(); // "title\tclient" -> {title, client, support, notes}
const unlisted = new Set();
const declarations = new Set();

function note(client, { title, support, notes }) {
  if (support !== "full") flawed.set(`${title}\t${client}`, { title, client, support, notes });
}

function noteTitle(title) {
  let known = false;
  for (const features of [supported, unsupported])
    for (const [client, all] of features)
      for (const feature of all)
        if (feature.title === title) {
          known = true;
          note(client, feature);
        }
  if (!known) throw new Error(`caniemail does not know “${title}”`);
}

function noteIssues(issues) {
  for (const group of [issues.errors, issues.warnings])
    for (const [client, all] of group) for (const issue of all) note(client, issue);
}

function noteDeclaration(property, value) {
  declarations.add(`${property}: ${value}`);
  if (!getMatchingPropertyTitles({ propertyName: property }).length) unlisted.add(property);
}

function walkRules(rules) {
  for (const rule of rules) {
    for (const each of rule.declarations ?? [])
      if (each.type === "declaration") noteDeclaration(each.property, each.value);
    if (!rule.rules) continue;
    declarations.add(`@media ${rule.media}`);
    const inner = rule.rules.map((one) => `${one.selectors} {${(one.declarations ?? [])
      .map((each) => `${each.property}: ${each.value}`).join(";")}}`);
    if (inner.length) noteIssues(caniemail({ clients, css: inner.join("\n") }).issues);
    const about = /prefers-color-scheme|prefers-reduced-motion|orientation|hover/.exec(rule.media ?? "");
    if (about) noteTitle(about[0] === "hover" ? "@media (hover), @media (any-hover)" : `@media (${about[0]})`);
    walkRules(rule.rules);
  }
}

function walkNodes(node) {
  for (const each of (node.attribs?.style ?? "").split(";")) {
    const [property, ...value] = each.split(":");
    if (value.length) noteDeclaration(property.trim().toLowerCase(), value.join(":").trim());
  }
  for (const child of node.childNodes ?? []) walkNodes(child);
}

for (const html of Object.values(mails)) {
  noteIssues(caniemail({ clients, html }).issues);
  const { document, stylesheets } = parseHtml(html);
  for (const sheet of stylesheets) walkRules(sheet.stylesheet.rules);
  walkNodes(document);
}

const result = { flawed: [...flawed.values()], unlisted: [...unlisted], declarations: [...declarations] };
process.stdout.write(JSON.stringify(result));

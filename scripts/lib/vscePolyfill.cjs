// vsce colours its messages with a function that Node has since 20.12; before that they stay plain.
const util = require("node:util");
util.styleText ??= (_style, text) => text;

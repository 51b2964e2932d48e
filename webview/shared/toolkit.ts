// Registration of the deprecated webview UI toolkit. Replacing it means rewriting this file and controls.tsx.
import {
  provideVSCodeDesignSystem,
  TextField as ToolkitField,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";

const { connectedCallback } = ToolkitField.prototype;
/** The toolkit renames every field to "Text field" whenever it enters the page. */
ToolkitField.prototype.connectedCallback = function (this: ToolkitField) {
  const label = this.getAttribute("aria-label");
  connectedCallback.call(this);
  if (label !== null) this.setAttribute("aria-label", label);
};

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTextField(),
);

// tmp
import { type ParsedMixtureFile, parseMixtureFile } from "./parse.ts";
export class MixtureText {
  parse(text: string): ParsedMixtureFile {
    return parseMixtureFile(text);
  }
}

// The name of a language in English and in the language itself.
import { displayName, ownName } from "../../src/core/language/tags.ts";

export function LanguageLabel({ tag }: { readonly tag: string }) {
  const name = displayName(tag);
  const own = ownName(tag);
  return (
    <span class="language" title={`${name} (${tag})`}>
      <span class="english">{name}</span>
      {own === name ? null : (
        <bdi class="own muted" lang={tag} dir="auto">
          {own}
        </bdi>
      )}
    </span>
  );
}

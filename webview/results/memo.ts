// Components that are drawn again only when a property changes.
import { Component, createElement, type FunctionComponent } from "preact";

export function memo<Props extends object>(Inner: FunctionComponent<Props>) {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return (Object.keys(next) as (keyof Props)[]).some(name => next[name] !== this.props[name]);
    }

    override render() {
      return createElement(Inner, this.props);
    }
  };
}

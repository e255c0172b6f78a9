import * as React from 'react';

export interface ITab {
  readonly name: string;
  readonly title: string;
  readonly content: () => React.ReactNode;
  /** stays as it is, out of sight, while another is chosen */
  readonly kept?: boolean;
}

/** Tabs as the ARIA pattern has them: arrows move, only the chosen one is a stop. */
export function Tabs(props: {
  tabs: readonly ITab[];
  label: string;
  /** unique in the page */
  id: string;
  chosen: string;
  onChoose: (name: string) => void;
}): React.JSX.Element {
  const { tabs, label, id, chosen, onChoose } = props;
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === chosen)
  );
  const bar = React.useRef<HTMLDivElement>(null);
  const go = (event: React.KeyboardEvent) => {
    const last = tabs.length - 1;
    const back = document.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: last
    };
    if (!(event.key in moves)) {
      return;
    }
    event.preventDefault();
    let next = moves[event.key];
    if (event.key.startsWith('Arrow')) {
      next = event.key === back ? at - 1 : at + 1;
    }
    const { name } = tabs[(next + tabs.length) % tabs.length];
    onChoose(name);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${name}"]`)?.focus();
  };
  return (
    <>
      <div
        ref={bar}
        className="jp-Batch-tabs"
        role="tablist"
        aria-label={label}
        onKeyDown={go}
      >
        {tabs.map(({ name, title }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${name}`}
            data-tab={name}
            aria-selected={index === at}
            aria-controls={`${id}-panel-${name}`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => onChoose(name)}
          >
            {title}
          </button>
        ))}
      </div>
      {tabs.map(({ name, content, kept }, index) => (
        <div
          key={name}
          className="jp-Batch-tabPanel"
          role="tabpanel"
          id={`${id}-panel-${name}`}
          data-tab-panel={name}
          tabIndex={0}
          aria-labelledby={`${id}-tab-${name}`}
          hidden={index !== at}
        >
          {index === at || kept ? content() : null}
        </div>
      ))}
    </>
  );
}

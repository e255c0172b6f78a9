import { Sanitizer } from '@jupyterlab/apputils';
import { renderText } from '@jupyterlab/rendermime';
import * as React from 'react';

const sanitizer = new Sanitizer();

/** Text with terminal colours, as the notebook renders it. */
export function AnsiText(props: {
  text: string;
  label: string;
  className: string;
}): React.JSX.Element {
  const { text, label, className } = props;
  const host = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const node = host.current;
    if (node) {
      const atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 8;
      void renderText({ host: node, sanitizer, source: text }).then(() => {
        if (atEnd) {
          node.scrollTop = node.scrollHeight;
        }
      });
    }
  }, [text]);
  return (
    <div
      ref={host}
      className={`jp-Batch-ansi jp-RenderedText ${className}`}
      role="region"
      aria-label={label}
      tabIndex={0}
      translate="no"
    />
  );
}

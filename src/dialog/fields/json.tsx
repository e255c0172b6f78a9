import { CodeEditor } from '@jupyterlab/codeeditor';
import * as React from 'react';

import type { EditorFactory, IFieldProps } from './field';

/** A list or dict as JSON, in JupyterLab's own editor where there is one. */
export function JsonField(
  props: IFieldProps & { editor: EditorFactory | null }
): React.JSX.Element {
  return props.editor && !props.attributes.disabled ? (
    <JsonEditor {...props} editor={props.editor} />
  ) : (
    <JsonText {...props} />
  );
}

function JsonText(props: IFieldProps): React.JSX.Element {
  const { row, attributes, onChange } = props;
  return (
    <textarea
      {...attributes}
      className="jp-mod-styled jp-Batch-json"
      rows={Math.min(6, row.text.split('\n').length)}
      spellCheck={false}
      value={row.text}
      onChange={event => onChange(event.target.value)}
    />
  );
}

function JsonEditor(
  props: IFieldProps & { editor: EditorFactory }
): React.JSX.Element {
  const { row, attributes, labelledBy, editor: create, onChange } = props;
  const host = React.useRef<HTMLDivElement>(null);
  const editing = React.useRef<CodeEditor.IEditor | null>(null);
  const changed = React.useRef(onChange);
  const { text } = row;
  React.useEffect(() => {
    changed.current = onChange;
  });
  React.useEffect(() => {
    if (!host.current) {
      return;
    }
    const model = new CodeEditor.Model({ mimeType: 'application/json' });
    const editor = create({
      host: host.current,
      model,
      config: {
        lineNumbers: false,
        lineWrap: true,
        matchBrackets: true,
        autoClosingBrackets: true,
        codeFolding: false
      }
    });
    const tell = () => changed.current(model.sharedModel.getSource());
    model.sharedModel.changed.connect(tell);
    editing.current = editor;
    return () => {
      editing.current = null;
      model.sharedModel.changed.disconnect(tell);
      editor.dispose();
      model.dispose();
    };
  }, [create]);
  React.useEffect(() => {
    // What came from elsewhere: a reset, the last run, a file.
    const shared = editing.current?.model.sharedModel;
    if (shared && shared.getSource() !== text) {
      shared.setSource(text);
    }
  }, [create, text]);
  React.useEffect(() => {
    const content = host.current?.querySelector('.cm-content');
    const { disabled: _, ...rest } = attributes;
    for (const [name, value] of Object.entries({
      ...rest,
      'aria-labelledby': labelledBy
    })) {
      if (value === undefined) {
        content?.removeAttribute(name);
      } else {
        content?.setAttribute(name, String(value));
      }
    }
  });
  return (
    <div
      ref={host}
      className="jp-Batch-editor"
      onKeyDownCapture={event => {
        if (event.key === 'Tab') {
          // The editor would indent by it, and keep the keyboard for ever.
          event.stopPropagation();
        }
      }}
    />
  );
}

import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { PanelModel } from './model';
import {
  EVERYTHING,
  LAST_DAY,
  LONGEST,
  type IWish,
  type SpanWish
} from './wish';

interface IFilterMoreProps {
  model: PanelModel;
  trans: TranslationBundle;
}

/** The filters that few need at a time, order, groups, and what was saved. */
export function FilterMore(props: IFilterMoreProps): React.JSX.Element {
  const { model, trans } = props;
  const { wish, targets } = model;
  const known = new Set([...targets, ...(wish.target ? [wish.target] : [])]);
  return (
    <div className="jp-Batch-filterMore">
      <label>
        <span>{trans.__('Runs on')}</span>
        <HTMLSelect
          data-filter="target"
          value={wish.target}
          onChange={event => model.change({ target: event.target.value })}
        >
          <option value="">{trans.__('anything')}</option>
          {[...known].map(name => (
            <option
              key={name}
              value={name}
              translate={name === 'local' ? undefined : 'no'}
            >
              {name === 'local' ? trans.__('This machine') : name}
            </option>
          ))}
        </HTMLSelect>
      </label>
      <label>
        <span>{trans.__('Label')}</span>
        <input
          type="text"
          className="jp-mod-styled"
          data-filter="label"
          maxLength={LONGEST.label}
          placeholder={trans.__('exactly this')}
          value={wish.label}
          onChange={event => model.change({ label: event.target.value })}
        />
      </label>
      <label>
        <span>{trans.__('Submitted')}</span>
        <HTMLSelect
          data-filter="span"
          value={wish.span}
          onChange={event =>
            model.change({ span: event.target.value as SpanWish })
          }
        >
          <option value="">{trans.__('at any time')}</option>
          <option value="today">{trans.__('today')}</option>
          <option value="week">{trans.__('in the last 7 days')}</option>
          <option value="month">{trans.__('in the last 30 days')}</option>
          <option value="between">{trans.__('between days…')}</option>
        </HTMLSelect>
      </label>
      {wish.span === 'between' ? <Days model={model} trans={trans} /> : null}
      <label>
        <span>{trans.__('Order')}</span>
        <HTMLSelect
          data-filter="order"
          value={wish.order}
          onChange={event =>
            model.change({ order: event.target.value as IWish['order'] })
          }
        >
          <option value="newest">{trans.__('newest first')}</option>
          <option value="oldest">{trans.__('oldest first')}</option>
          <option value="notebook">{trans.__('by notebook')}</option>
        </HTMLSelect>
      </label>
      <label className="jp-Batch-check">
        <input
          type="checkbox"
          data-filter="grouped"
          checked={wish.grouped}
          onChange={event => model.change({ grouped: event.target.checked })}
        />
        <span>{trans.__('Group by notebook')}</span>
      </label>
      <Saved model={model} trans={trans} />
    </div>
  );
}

function Days({ model, trans }: IFilterMoreProps): React.JSX.Element {
  const { from, to } = model.wish;
  return (
    <>
      <label>
        <span>{trans.__('From')}</span>
        <input
          type="date"
          className="jp-mod-styled"
          data-filter="from"
          value={from}
          max={to || LAST_DAY}
          onChange={event => model.change({ from: event.target.value })}
        />
      </label>
      <label>
        <span>{trans.__('Until')}</span>
        <input
          type="date"
          className="jp-mod-styled"
          data-filter="to"
          value={to}
          min={from || undefined}
          max={LAST_DAY}
          onChange={event => model.change({ to: event.target.value })}
        />
      </label>
    </>
  );
}

/** Filters that got a name. */
function Saved({ model, trans }: IFilterMoreProps): React.JSX.Element {
  const { saved, wish } = model;
  const current = saved.find(each => same(each.wish, wish))?.name ?? '';
  const save = async () => {
    const { value } = await InputDialog.getText({
      title: trans.__('Save this filter'),
      label: trans.__('Name'),
      okLabel: trans.__('Save'),
      cancelLabel: trans.__('Cancel'),
      text: current
    });
    if (value?.trim()) {
      model.save(value.trim());
    }
  };
  return (
    <div className="jp-Batch-saved">
      {saved.length > 0 ? (
        <label>
          <span>{trans.__('Saved')}</span>
          <HTMLSelect
            data-filter="saved"
            value={current}
            onChange={event => {
              const name = event.target.value;
              const found = saved.find(each => each.name === name);
              model.change(found?.wish ?? EVERYTHING);
            }}
          >
            <option value="">{trans.__('none')}</option>
            {saved.map(({ name }) => (
              <option key={name} value={name} translate="no">
                {name}
              </option>
            ))}
          </HTMLSelect>
        </label>
      ) : null}
      <div className="jp-Batch-actions">
        <button
          type="button"
          className="jp-Batch-action"
          data-action="save-filter"
          onClick={() => void save()}
        >
          {trans.__('Save filter…')}
        </button>
        {current ? (
          <button
            type="button"
            className="jp-Batch-action"
            data-action="forget-filter"
            onClick={() => model.forget(current)}
          >
            {trans.__('Forget “%1”', current)}
          </button>
        ) : null}
        <button
          type="button"
          className="jp-Batch-action"
          data-action="clear-filter"
          onClick={() => model.clear()}
        >
          {trans.__('Show all')}
        </button>
      </div>
    </div>
  );
}

function same(a: IWish, b: IWish): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import type { SenderOptions } from './sender.js';
import type { Webhook } from './webhook.js';
import type { WebhookParts } from './webhooks.js';

/** What the host hears of deliveries that do not arrive. */
export interface SenderNews {
  listeners: Pick<SenderOptions, 'gaveUp' | 'changed' | 'trouble'>;
  /** So many had to go because too many wait. */
  dropped(deliveries: number): void;
}

/** Tells the host by `drop` and its logger. Of a destination only the origin is told: its path may be a secret. */
export function senderNews({ tell, logger }: Pick<WebhookParts, 'tell' | 'logger'>): SenderNews {
  let troubled = false;
  const lost = (deliveries: number): void => tell('drop', { bodies: 0, rows: 0, deliveries });
  return {
    dropped(deliveries) {
      lost(deliveries);
      logger?.warn({ deliveries }, 'too many deliveries of webhooks wait; the oldest were dropped');
    },
    listeners: {
      gaveUp(webhook, { id, tries }, { status, failure }) {
        lost(1);
        const details = { ...named(webhook), delivery: id, tries, status, failure };
        logger?.warn(details, 'a delivery of a webhook was given up');
      },
      changed(webhook, works, { status, failure }) {
        if (works) logger?.info(named(webhook), 'a webhook takes deliveries again');
        else logger?.warn({ ...named(webhook), status, failure }, 'a webhook takes no deliveries; they wait');
      },
      trouble(error) {
        if (error !== null && !troubled)
          logger?.error({ err: error }, 'deliveries of webhooks cannot be read or settled');
        troubled = error !== null;
      },
    },
  };
}

function named({ id, tenant, destination }: Webhook): object {
  return { webhook: id, tenant, destination: new URL(destination).origin };
}

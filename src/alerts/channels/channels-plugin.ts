import fp from 'fastify-plugin';
import type { ChannelParts } from './change-channel.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliveryWorker } from './delivery-worker.js';
import { guardTargets, type Resolve } from './http/target-guard.js';
import { openMailSender } from './mail/mail-sender.js';
import { sealWith } from './seal.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Delivers notices; whoever runs the service starts it. */
    deliveryWorker: DeliveryWorker;
    /** For the routes of channels and deliveries. */
    channels: ChannelParts;
  }
}

export interface ChannelsOptions {
  /** Takes secrets out of text that came from outside. */
  redact: (text: string) => string;
  /** Instead of the system's resolver. */
  resolve?: Resolve;
}

/** Told: the worker that delivers notices to channels, and what the routes of channels need. */
export const channelsPlugin = fp<ChannelsOptions>(
  async (app, { redact, resolve }) => {
    const { config, clock, log } = app;
    const { SMTP_URL: url, SMTP_FROM: from, PUBLIC_URL: publicUrl } = config;
    const guard = guardTargets(config.ALLOW_PRIVATE_TARGETS, resolve);
    const seal = sealWith(config.JWT_SECRET);
    const mail = url === undefined ? undefined : openMailSender({ url, from, publicUrl });
    const worker = new DeliveryWorker({
      databaseUrl: config.DATABASE_URL,
      metrics: new DeliveryMetrics(app.metrics),
      ...{ guard, seal, mail, publicUrl, redact, clock, log },
    });
    app.decorate('deliveryWorker', worker);
    app.decorate('channels', {
      pool: app.database.pools.reader,
      hasMail: mail !== undefined,
      ...{ guard, seal, clock },
    });
    // The stop goes on while requests finish, so that both fit into the time that there is.
    app.addHook('preClose', (done) => {
      void worker.stop();
      done();
    });
    app.addHook('onClose', () => worker.stop());
  },
  { name: 'channels' },
);

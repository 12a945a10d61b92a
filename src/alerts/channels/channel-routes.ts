import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { access } from '../../access/access.js';
import { pageQuerySchema } from '../../contract/account.js';
import {
  changeChannelSchema,
  channelIdSchema,
  channelListSchema,
  channelSchema,
  createChannelSchema,
  createdChannelSchema,
  rotatedSecretSchema,
} from '../../contract/channel.js';
import { problemResponse } from '../../contract/common.js';
import { deliveryDetailSchema } from '../../contract/delivery.js';
import { Problem } from '../../http/problem.js';
import { nameOf } from '../alert-routes.js';
import { changeChannel } from './change-channel.js';
import { channelView } from './channel-record.js';
import { createChannel } from './create-channel.js';
import { deleteChannel } from './delete-channel.js';
import { deliveryDetail } from './delivery-routes.js';
import { getChannel } from './queries/get-channel.js';
import { listChannels } from './queries/list-channels.js';
import { rotateSecret } from './rotate-secret.js';
import { tryChannel } from './try-channel.js';

/** Admins say who is told of alerts. */
export const channelRoutes: FastifyPluginAsyncZod = async (app) => {
  const { channels: parts } = app;
  const { pool, clock } = parts;
  const shared = { tags: ['channels'], security: [{ bearer: [] }] };
  const config = { access: access.admin };
  const refusals = { 401: problemResponse('No valid credential'), 403: problemResponse('Only admins may') };
  const unknown = { 404: problemResponse('There is no such channel') };
  const invalid = { 422: problemResponse('A field is not valid, or the target is refused: `url` says why') };
  const params = channelIdSchema;

  app.route({
    method: 'POST',
    url: '/channels',
    config,
    schema: {
      ...shared,
      operationId: 'createChannel',
      summary: 'Make a channel',
      description:
        'A webhook gets notices as JSON, signed by the Standard Webhooks specification; the answer holds its secret, this once. Slack takes a Slack-compatible incoming webhook, email needs the setting SMTP_URL. Rules name the channels that they call.',
      body: createChannelSchema,
      response: { 201: createdChannelSchema, ...refusals, ...invalid },
    },
    handler: async ({ body, caller }, reply) => {
      const { channel, secret } = await createChannel(body, nameOf(caller), parts);
      return reply
        .code(201)
        .header('location', `/api/channels/${channel.id}`)
        .header('cache-control', 'no-store')
        .send({ ...channelView(channel), ...(secret !== undefined && { secret }) });
    },
  });

  app.route({
    method: 'GET',
    url: '/channels',
    config,
    schema: {
      ...shared,
      operationId: 'listChannels',
      summary: 'Channels, newest first',
      description: 'Never shows a secret. In pages; send next_cursor as cursor for the next.',
      querystring: pageQuerySchema,
      response: { 200: channelListSchema, ...refusals },
    },
    handler: async ({ query }) => {
      const rows = await listChannels(pool, query);
      const page = rows.slice(0, query.limit);
      return {
        channels: page.map(channelView),
        next_cursor: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/channels/:id',
    config,
    schema: {
      ...shared,
      operationId: 'getChannel',
      summary: 'One channel',
      description: 'With the reason why it is off, where its receiver asked for that (410 Gone).',
      params,
      response: { 200: channelSchema, ...refusals, ...unknown },
    },
    handler: async ({ params: { id } }) => {
      const channel = await getChannel(pool, id);
      if (!channel) throw noSuchChannel();
      return channelView(channel);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/channels/:id',
    config,
    schema: {
      ...shared,
      operationId: 'changeChannel',
      summary: 'Change a channel',
      description:
        'Name, target, or whether it is on. Switching it off cancels what waits for it; what comes while it is off is not told later.',
      params,
      body: changeChannelSchema,
      response: { 200: channelSchema, ...refusals, ...unknown, ...invalid },
    },
    handler: async ({ params: { id }, body }) => {
      const channel = await changeChannel(id, body, parts);
      if (!channel) throw noSuchChannel();
      return channelView(channel);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/channels/:id',
    config,
    schema: {
      ...shared,
      operationId: 'deleteChannel',
      summary: 'Delete a channel',
      description:
        'What waits for it is cancelled; the log of its deliveries stays. Rules that name it tell the others.',
      params,
      response: { 204: z.null().describe('Deleted'), ...refusals, ...unknown },
    },
    handler: async ({ params: { id } }, reply) => {
      if (!(await deleteChannel(pool, id))) throw noSuchChannel();
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/channels/:id/test',
    config,
    schema: {
      ...shared,
      operationId: 'testChannel',
      summary: 'Send a test notice now',
      description:
        'A made-up alert of type `channel.test`, through the queue like any other, tried once. The answer is the delivery as it stands after the try, or after 5 s: look at its status.',
      params,
      response: {
        200: deliveryDetailSchema,
        ...refusals,
        ...unknown,
        409: problemResponse('The channel is switched off'),
      },
    },
    handler: async ({ params: { id } }) => {
      const found = await tryChannel(pool, id, clock());
      if (found) return deliveryDetail(found);
      if (await getChannel(pool, id)) throw new Problem('conflict', 'The channel is switched off.');
      throw noSuchChannel();
    },
  });

  app.route({
    method: 'POST',
    url: '/channels/:id/rotate-secret',
    config,
    schema: {
      ...shared,
      operationId: 'rotateChannelSecret',
      summary: 'Give a webhook a new secret',
      description:
        'The answer holds it, this once. For 24 hours each notice has two signatures, of the new and of the old one, so that the receiver can change over without a gap.',
      params,
      response: {
        200: rotatedSecretSchema,
        ...refusals,
        ...unknown,
        409: problemResponse('No webhook: it has no secret'),
      },
    },
    handler: async ({ params: { id } }, reply) => {
      const rotated = await rotateSecret(id, parts);
      if (!rotated) throw noSuchChannel();
      return reply.header('cache-control', 'no-store').send({
        id: id.toLowerCase(),
        secret: rotated.secret,
        previous_valid_until: new Date(rotated.previous_valid_until).toISOString(),
      });
    },
  });
};

const noSuchChannel = () => new Problem('not-found', 'There is no such channel.');

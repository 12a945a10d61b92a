import swagger from '@fastify/swagger';
import fp from 'fastify-plugin';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** The OpenAPI 3.1 document, made from the schemas that validate. Registered before the routes that it describes. */
export const openapi = fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'FoodieExpress Tracking',
          version: '0.1.0',
          description:
            'The flight recorder of a food-delivery platform: actions, business events and service metrics in, answers out. ' +
            'A 2xx on a write means the row is committed. Errors are RFC 9457 problem documents.',
          license: { name: 'MIT', identifier: 'MIT' },
        },
        servers: [{ url: '/', description: 'This service' }],
        tags: [
          { name: 'actions', description: 'Who called which service, with what, and what came back' },
          { name: 'events', description: 'Business events: orders, payments, deliveries' },
          { name: 'service-metrics', description: 'How long calls take' },
          { name: 'analytics', description: 'Questions that admins ask' },
          { name: 'live', description: 'Actions and events as they commit' },
          { name: 'auth', description: 'Signing in and out' },
          { name: 'accounts', description: 'People who may sign in' },
          { name: 'api-keys', description: 'Credentials of services' },
          { name: 'operations', description: 'Health and metrics' },
        ],
        components: {
          securitySchemes: {
            bearer: {
              type: 'http',
              scheme: 'bearer',
              bearerFormat: 'JWT',
              description: 'From POST /api/auth/login',
            },
            apiKey: {
              type: 'apiKey',
              in: 'header',
              name: 'X-API-Key',
              description: 'From POST /api/api-keys',
            },
          },
        },
      },
      transform: jsonSchemaTransform,
    });
  },
  { name: 'openapi' },
);

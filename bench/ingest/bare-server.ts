import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actionSchema } from '../../src/contract/action.js';

/** What single actions are compared with: a bare Fastify route that parses and validates the same body, and answers alike. */
const app = fastify().withTypeProvider<ZodTypeProvider>();
app.setValidatorCompiler(validatorCompiler);
app.setSerializerCompiler(serializerCompiler);
app.post(
  '/api/log-action',
  {
    schema: {
      body: actionSchema,
      response: { 201: z.object({ id: z.string(), status: z.string(), server_time: z.string() }) },
    },
  },
  (_request, reply) => {
    reply.code(201).send({
      id: '01989f4e-6c00-7000-8000-000000000000',
      status: 'stored',
      server_time: '2026-01-01T00:00:00.000Z',
    });
  },
);
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.stdout.write('listening\n');

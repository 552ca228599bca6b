import type {
  BlockDocument,
  BlockDocumentCreate,
  BlockSchema,
  BlockSchemaCreate,
  BlockType,
  BlockTypeCreate,
} from './apiTypes';
import type { Transport } from './transport';

/** Blocks: typed settings, secrets among them, that Prefect keeps encrypted. */
export interface BlocksResource {
  /** @throws TradingError `PREFECT.CONFLICT` where there is one of that slug */
  createType(request: BlockTypeCreate): Promise<BlockType>;
  /** @throws TradingError `PREFECT.NOT_FOUND` */
  typeBySlug(slug: string): Promise<BlockType>;
  createSchema(request: BlockSchemaCreate): Promise<BlockSchema>;
  /** @throws TradingError `PREFECT.CONFLICT` where there is one of that name */
  createDocument(request: BlockDocumentCreate): Promise<BlockDocument>;
  /** Secrets come back as stars unless they are asked for. */
  document(typeSlug: string, name: string, options?: { includeSecrets?: boolean }): Promise<BlockDocument>;
  removeDocument(id: string): Promise<void>;
}

/** Blocks over a transport. */
export function createBlocks({ http, safe, once }: Transport): BlocksResource {
  return {
    createType: (request) =>
      once(`creating block type ${request.slug}`, () => http.POST('/block_types/', { body: request })),
    typeBySlug: (slug) =>
      safe(`reading block type ${slug}`, () =>
        http.GET('/block_types/slug/{slug}', { params: { path: { slug } } }),
      ),
    // The server finds a schema of the same checksum.
    createSchema: (request) =>
      safe('creating a block schema', () => http.POST('/block_schemas/', { body: request })),
    createDocument: (request) =>
      once(`creating block ${request.name ?? ''}`, () => http.POST('/block_documents/', { body: request })),
    document: (slug, name, { includeSecrets = false } = {}) =>
      safe(`reading block ${slug}/${name}`, () =>
        http.GET('/block_types/slug/{slug}/block_documents/name/{block_document_name}', {
          params: { path: { slug, block_document_name: name }, query: { include_secrets: includeSecrets } },
        }),
      ),
    removeDocument: async (id) => {
      await safe(`removing block ${id}`, () =>
        http.DELETE('/block_documents/{id}', { params: { path: { id } } }),
      );
    },
  };
}

import { Unlisted } from '@minos/common';
import {
  All,
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  Module,
  Post,
  RequestMapping,
  RequestMethod,
  Sse,
  Version,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common';
import { DiscoveryModule as NestDiscoveryModule, RouterModule } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EMPTY, type Observable } from 'rxjs';
import { RouteExplorer } from './route.explorer.js';

abstract class Base {
  @Get('inherited')
  inherited(): string {
    return 'inherited';
  }
}

@Controller({ path: ['orders', 'purchases'] })
class OrdersController extends Base {
  @Get()
  list(): string {
    return 'list';
  }

  @Get(':id')
  read(): string {
    return 'read';
  }

  @Post(['', 'new'])
  place(): string {
    return 'place';
  }

  @All(':id/anything')
  anything(): string {
    return 'anything';
  }

  @RequestMapping({ path: ':id', method: RequestMethod.DELETE })
  remove(): string {
    return 'remove';
  }

  @Sse('events')
  events(): Observable<never> {
    return EMPTY;
  }

  @Get('internal')
  @Unlisted()
  internal(): string {
    return 'internal';
  }

  notARoute(): string {
    return 'none';
  }
}

/** Wildcards of Express have a name, those of Fastify have none. */
const filesController = (wildcard: string) => {
  @Controller('files')
  class FilesController {
    @Get(wildcard)
    read(): string {
      return 'file';
    }
  }
  return FilesController;
};

@Controller('health')
class HealthController {
  @Get('live')
  live(): string {
    return 'live';
  }
}

@Unlisted()
@Controller('hidden')
class HiddenController {
  @Get()
  hidden(): string {
    return 'hidden';
  }
}

@Controller('things')
class ThingsController {
  @Version('2')
  @Get()
  second(): string {
    return 'second';
  }

  @Version(['1', VERSION_NEUTRAL])
  @Get('both')
  both(): string {
    return 'both';
  }

  @Get('default')
  byDefault(): string {
    return 'default';
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const adapters: readonly (readonly [string, string, () => AbstractHttpAdapter])[] = [
  ['Express', '*path', () => new ExpressAdapter()],
  ['Fastify', '*', () => new FastifyAdapter()],
];

describe.each(adapters)('RouteExplorer on %s', (name, wildcard, adapter) => {
  let app: INestApplication;
  const create = async (
    parts: Partial<DynamicModule>,
    prepare: (app: INestApplication) => void = () => undefined,
  ): Promise<readonly string[]> => {
    class AppModule {}
    const { imports = [], ...rest } = parts;
    const testing = await Test.createTestingModule({
      imports: [{ module: AppModule, imports: [NestDiscoveryModule, ...imports], ...rest, providers: [RouteExplorer] }],
    }).compile();
    app = testing.createNestApplication(adapter(), { logger: false });
    prepare(app);
    await app.listen(0, '127.0.0.1');
    return app
      .get(RouteExplorer)
      .explore((controller, method) => ({ public: false, roles: [controller.name, method], permissions: [] }))
      .map(({ method, path, access }) => `${method} ${path} ${access.roles.join('.')}`);
  };
  afterEach(() => app.close());

  it('finds what is served: lists of paths, all methods, inherited ones; not what is unlisted or every service has', async () => {
    const routes = await create({ controllers: [OrdersController, HealthController, HiddenController, filesController(wildcard)] });
    const of = (base: string): readonly string[] => [
      `GET /${base} OrdersController.list`,
      `POST /${base} OrdersController.place`,
      `GET /${base}/events OrdersController.events`,
      `GET /${base}/inherited OrdersController.inherited`,
      `POST /${base}/new OrdersController.place`,
      `DELETE /${base}/{id} OrdersController.remove`,
      `GET /${base}/{id} OrdersController.read`,
      `* /${base}/{id}/anything OrdersController.anything`,
    ];
    expect(routes).toEqual([
      `GET /files/{${name === 'Express' ? 'path' : 'rest'}...} FilesController.read`,
      ...of('orders'),
      ...of('purchases'),
    ]);
  });

  it('knows prefix, its exceptions, module paths and versions, and each route is answered where it says', async () => {
    const routes = await create(
      { imports: [ThingsModule, RouterModule.register([{ path: 'shop', module: ThingsModule }])], controllers: [HiddenController] },
      (one) => {
        one.setGlobalPrefix('api', { exclude: [{ path: 'shop/things/default', method: RequestMethod.GET }] });
        one.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
      },
    );
    expect(routes).toEqual([
      'GET /api/shop/things/both ThingsController.both',
      'GET /api/v1/shop/things/both ThingsController.both',
      'GET /api/v2/shop/things ThingsController.second',
      'GET /v1/shop/things/default ThingsController.byDefault',
    ]);
    const url = await app.getUrl();
    for (const route of routes) expect([route, (await fetch(url + route.split(' ')[1])).status]).toEqual([route, 200]);
  });
});

import { Module } from '@nestjs/common';

// The root of the shop.
@Module({
  imports: [], // libraries
  controllers: [],
  providers: [],
})
export class AppModule {}

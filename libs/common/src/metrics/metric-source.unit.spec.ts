import { isMetricSource, MetricSource } from './metric-source.decorator.js';

@MetricSource()
class Series implements MetricSource {
  readonly definitions = [];
  read(): [] {
    return [];
  }
}

describe('@MetricSource', () => {
  it('marks that class alone', () => {
    class Derived extends Series {}
    expect([isMetricSource(Series), isMetricSource(Derived), isMetricSource(Object)]).toEqual([true, false, false]);
    expect(Object.keys(Series)).toEqual([]);
  });
});

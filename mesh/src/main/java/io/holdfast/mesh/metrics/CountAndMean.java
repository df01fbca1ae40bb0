package io.holdfast.mesh.metrics;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Reservoir;
import com.codahale.metrics.Snapshot;
import java.io.OutputStream;

/** A histogram as JMX shows it: its count and its mean, in the unit of its name, and no more. */
final class CountAndMean extends Histogram {

  private final FixedHistogram counted;

  CountAndMean(FixedHistogram counted) {
    super(new Nothing());
    this.counted = counted;
  }

  @Override
  public long getCount() {
    return counted.count();
  }

  @Override
  public Snapshot getSnapshot() {
    long count = counted.count();
    return new Mean(count == 0 ? 0 : counted.sum() / count);
  }

  /** Keeps nothing. */
  private static final class Nothing implements Reservoir {
    @Override
    public int size() {
      return 0;
    }

    @Override
    public void update(long value) {}

    @Override
    public Snapshot getSnapshot() {
      return new Mean(0);
    }
  }

  /** Of which all but the mean is not known. */
  private static final class Mean extends Snapshot {
    private final double mean;

    Mean(double mean) {
      this.mean = mean;
    }

    @Override
    public double getMean() {
      return mean;
    }

    @Override
    public double getValue(double quantile) {
      return Double.NaN;
    }

    @Override
    public double getStdDev() {
      return Double.NaN;
    }

    @Override
    public long[] getValues() {
      return new long[0];
    }

    @Override
    public int size() {
      return 0;
    }

    @Override
    public long getMax() {
      return 0;
    }

    @Override
    public long getMin() {
      return 0;
    }

    @Override
    public void dump(OutputStream output) {}
  }
}

package leat;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import org.agrona.concurrent.UnsafeBuffer;

/** Chronicle Queue and Aeron IPC at what `leat bench` does in M1, E1, E1f and E3. */
public final class JvmPeers {
  private static final int BYTES = 64;

  /** A way from one thread to another. */
  private interface Channel {
    void publish(long stamp);

    /** The stamps that came, if any. */
    int poll(Stamps stamps);
  }

  /** Latencies, or mere counts, of what came. */
  private static final class Stamps {
    final long[] nanoseconds;
    final boolean timed;
    int count = 0;

    Stamps(int size, boolean timed) {
      this.nanoseconds = new long[size];
      this.timed = timed;
    }

    void add(long stamp) {
      nanoseconds[count++] = timed ? System.nanoTime() - stamp : 0;
    }
  }

  /** Publishes `count`, `interval` ns apart (0: as fast as it goes); ns of the whole. */
  private static long run(Channel channel, Stamps stamps, int count, long interval) throws Exception {
    AtomicBoolean ready = new AtomicBoolean();
    Thread observer = new Thread(() -> {
      channel.poll(stamps);  // nothing yet: it takes its place
      ready.set(true);
      while (stamps.count < count) channel.poll(stamps);
    });
    observer.start();
    while (!ready.get()) Thread.onSpinWait();
    long began = System.nanoTime();
    long due = began;
    for (int i = 0; i < count; ++i) {
      long now = began;
      if (interval > 0) {
        do now = System.nanoTime(); while (now < due);
        due = Math.max(due, now) + interval;
      }
      channel.publish(now);
    }
    observer.join();
    return System.nanoTime() - began;
  }

  private static void measure(String name, Channel channel) throws Exception {
    for (int round = 0; round < 4; ++round) {  // the first ones compile it
      int many = 5_000_000;
      double whole = run(channel, new Stamps(many, false), many, 0);
      Stamps slow = new Stamps(100_000, true);
      run(channel, slow, slow.nanoseconds.length, 10_000);
      Stamps fast = new Stamps(1_000_000, true);
      run(channel, fast, fast.nanoseconds.length, 1_000);
      if (round < 3) continue;
      System.out.printf("%-40s E3 %6.2f M/s   E1 %5d ns   E1f %5d ns%n", name, 1e3 * many / whole,
          median(slow.nanoseconds), median(fast.nanoseconds));
    }
  }

  /** Of a library, by the name of its file. */
  private static String version(String library) {
    return Arrays.stream(System.getProperty("java.class.path").split(":"))
        .map(path -> Path.of(path).getFileName().toString())
        .filter(name -> name.startsWith(library + "-"))
        .map(name -> name.substring(library.length() + 1, name.length() - ".jar".length()))
        .findFirst().orElse("of no known version");
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static void aeron(Path directory) throws Exception {
    MediaDriver.Context context = new MediaDriver.Context()
        .aeronDirectoryName(directory.resolve("aeron").toString())
        .threadingMode(ThreadingMode.SHARED)
        .sharedIdleStrategy(new org.agrona.concurrent.SleepingMillisIdleStrategy(1))
        .ipcTermBufferLength(64 * 1024 * 1024)
        .dirDeleteOnShutdown(true);
    try (MediaDriver driver = MediaDriver.launchEmbedded(context);
        Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
        Subscription subscription = aeron.addSubscription("aeron:ipc", 7);
        ExclusivePublication publication = aeron.addExclusivePublication("aeron:ipc", 7)) {
      while (!publication.isConnected()) Thread.onSpinWait();
      UnsafeBuffer message = new UnsafeBuffer(new byte[BYTES]);
      measure("Aeron IPC " + version("aeron-all") + ", exclusive, not kept", new Channel() {
        private Stamps into;
        private final FragmentHandler handler = (buffer, offset, length, header) -> into.add(buffer.getLong(offset));

        @Override public void publish(long stamp) {
          message.putLong(0, stamp);
          while (publication.offer(message) < 0) Thread.onSpinWait();
        }

        @Override public int poll(Stamps stamps) {
          into = stamps;
          return subscription.poll(handler, Math.min(256, stamps.nanoseconds.length - stamps.count));
        }
      });
    }
  }

  private static void chronicle(Path directory) throws Exception {
    try (ChronicleQueue queue = ChronicleQueue.singleBuilder(directory.resolve("queue")).build()) {
      ExcerptAppender appender = queue.acquireAppender();
      Bytes<?> message = Bytes.allocateElasticDirect(BYTES);
      Bytes<?> had = Bytes.allocateElasticDirect(BYTES);
      ThreadLocal<ExcerptTailer> tailers = ThreadLocal.withInitial(() -> queue.createTailer().toEnd());
      appendOnly(appender, message);
      measure("Chronicle Queue " + version("chronicle-queue"), new Channel() {
        @Override public void publish(long stamp) {
          message.clear();
          message.writeLong(stamp).writeSkip(BYTES - Long.BYTES);
          appender.writeBytes(message);
        }

        @Override public int poll(Stamps stamps) {
          ExcerptTailer tailer = tailers.get();
          had.clear();
          if (!tailer.readBytes(had)) return 0;
          stamps.add(had.readLong(0));
          return 1;
        }
      });
    }
  }

  /** M1: ns of an append of 64 B, the median of chunks. */
  private static void appendOnly(ExcerptAppender appender, Bytes<?> message) {
    int chunk = 1_000;
    long[] nanoseconds = new long[3_000];
    for (int i = 0; i < nanoseconds.length; ++i) {
      long began = System.nanoTime();
      for (int j = 0; j < chunk; ++j) {
        message.clear();
        message.writeLong(j).writeSkip(BYTES - Long.BYTES);
        appender.writeBytes(message);
      }
      nanoseconds[i] = (System.nanoTime() - began) / chunk;
    }
    System.out.printf("%-40s M1 %6d ns%n", "Chronicle Queue, append only",
        median(Arrays.copyOfRange(nanoseconds, 1_000, nanoseconds.length)));
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of(arguments[0]), "leat-jvm-peers");
    try {
      aeron(directory);
      chronicle(directory);
    } finally {
      try (var all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }
}

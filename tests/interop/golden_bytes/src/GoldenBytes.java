import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Writes messages with Kafka's own classes: for each message that a digest names, and each of its versions, one line
 *
 * <pre>FetchRequest 12 DEFAULTS EVERYTHING RANDOM RANDOM RANDOM</pre>
 *
 * in hex; "-" is a message of no bytes. Usage: GoldenBytes DIGEST... (tests/golden/wire/*.txt) &gt; kafka_bytes.
 */
public final class GoldenBytes {
  private static final int RANDOM_MESSAGES = 3;

  private final Random random;
  private final boolean everything;

  private GoldenBytes(long seed, boolean everything) {
    this.random = new Random(seed);
    this.everything = everything;
  }

  public static void main(String[] digests) throws Exception {
    PrintStream out = System.out;
    out.println("# Bytes that Kafka's own classes wrote (tests/interop/golden_bytes): message, version, then in hex");
    out.println("# the defaults, everything set, three random ones; - is no bytes.");
    for (String digest : digests) {
      for (String line : Files.readAllLines(Path.of(digest))) {
        if (line.isEmpty() || line.startsWith("#") || line.startsWith(" ")) continue;
        printMessage(out, line.split(" ")[0], line.replaceAll(".* versions=(\\S+).*", "$1"));
      }
    }
  }

  private static void printMessage(PrintStream out, String name, String versions) throws Exception {
    String suffix = name.startsWith("ConsumerProtocol") ? "" : "Data";
    Class<?> type = Class.forName("org.apache.kafka.common.message." + name + suffix);
    String[] ends = versions.split("-");
    for (short v = Short.parseShort(ends[0]); v <= Short.parseShort(ends[ends.length - 1]); ++v) {
      StringBuilder line = new StringBuilder(name + " " + v);
      line.append(' ').append(hex((Message) make(type), v));
      long seed = 31L * name.hashCode() + v;
      for (int i = 0; i <= RANDOM_MESSAGES; ++i) {
        Message message = (Message) make(type);
        new GoldenBytes(seed + i, i == 0).fill(message, v);
        line.append(' ').append(hex(message, v));
      }
      out.println(line);
    }
  }

  private static Object make(Class<?> type) throws Exception {
    return type.getDeclaredConstructor().newInstance();
  }

  private static String hex(Message message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBufferAccessor bytes = new ByteBufferAccessor(ByteBuffer.allocate(message.size(cache, version)));
    message.write(bytes, cache, version);
    String hex = HexFormat.of().formatHex(bytes.buffer().array());
    return hex.isEmpty() ? "-" : hex;
  }

  private static boolean canWrite(Message message, short version) {
    try {
      hex(message, version);
      return true;
    } catch (RuntimeException refused) {
      return false;
    }
  }

  /** Sets each field, or three in four of them; one that the version cannot carry keeps its default. */
  private void fill(Message message, short version) throws Exception {
    for (Field field : message.getClass().getDeclaredFields()) {
      String name = field.getName();
      if (Modifier.isStatic(field.getModifiers()) || name.equals("_unknownTaggedFields")) continue;
      if (name.equals("next") || name.equals("prev")) continue;
      field.setAccessible(true);
      Object before = field.get(message);
      if (!everything && random.nextInt(4) == 0) continue;
      boolean canBeNull = !field.getType().isPrimitive() && field.getType() != Uuid.class;
      boolean isNull = canBeNull && !everything && random.nextInt(4) == 0;
      field.set(message, isNull ? null : value(field.getGenericType(), version));
      if (!canWrite(message, version)) field.set(message, before);
    }
  }

  private Object value(Type type, short version) throws Exception {
    if (type instanceof ParameterizedType list) return fillList(new ArrayList<>(), list.getActualTypeArguments()[0], version);
    Class<?> plain = (Class<?>) type;
    if (plain == boolean.class) return everything || random.nextBoolean();
    if (plain == byte.class || plain == Byte.class) return (byte) number();
    if (plain == short.class || plain == Short.class) return (short) number();
    if (plain == int.class || plain == Integer.class) return number();
    if (plain == long.class || plain == Long.class) return ((long) number() << 20) + number();
    if (plain == double.class) return number() / 3.0;
    if (plain == String.class) return text();
    if (plain == Uuid.class) return new Uuid(random.nextLong(), random.nextLong());
    if (plain == byte[].class) return text().getBytes();
    if (plain == ByteBuffer.class) return ByteBuffer.wrap(text().getBytes());
    if (BaseRecords.class.isAssignableFrom(plain)) return MemoryRecords.readableRecords(ByteBuffer.wrap(text().getBytes()));
    if (Collection.class.isAssignableFrom(plain)) {
      Type element = ((ParameterizedType) plain.getGenericSuperclass()).getActualTypeArguments()[0];
      @SuppressWarnings("unchecked")
      Collection<Object> keyed = (Collection<Object>) make(plain);
      return fillList(keyed, element, version);
    }
    Message nested = (Message) make(plain);
    fill(nested, version);
    return nested;
  }

  private Collection<Object> fillList(Collection<Object> list, Type element, short version) throws Exception {
    int size = everything ? 2 : random.nextInt(3);
    for (int i = 0; i < size; ++i) list.add(value(element, version));
    return list;
  }

  /** Of every length of varint; never zero, so that it is no default. */
  private int number() {
    int number = random.nextInt() >>> random.nextInt(31);
    return Math.max(1, number) * (random.nextInt(4) == 0 ? -1 : 1);
  }

  private String text() {
    int length = random.nextInt(20) == 0 ? 150 : 1 + random.nextInt(5);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; ++i) text.append((char) ('a' + random.nextInt(26)));
    return text.toString();
  }
}

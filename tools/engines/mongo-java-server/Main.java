import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** mongo-java-server in memory on 127.0.0.1; the port is the first argument. Runs until SIGTERM. */
public class Main {

  /** The server's newest own version answers wire version 8, which the driver refuses. */
  private static final class WireVersion13 implements MongoVersion {
    @Override
    public int getWireVersion() {
      return 13;
    }

    @Override
    public List<Integer> getVersionArray() {
      return List.of(5, 0, 0);
    }

    @Override
    public String toVersionString() {
      return "5.0.0";
    }
  }

  public static void main(String[] args) {
    MemoryBackend backend = new MemoryBackend();
    backend.version(new WireVersion13());
    MongoServer server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    System.out.println("ready");
  }
}

package io.holdfast.mesh.jmx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMIServerSocketFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Listens at one address only, speaks TLS only, and has so many connections open at once at most.
 */
final class TlsSockets implements RMIServerSocketFactory {

  /** A console has two or three. */
  static final int MOST_CONNECTIONS = 64;

  private static final int BACKLOG = 16;
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext tls;
  private final InetAddress address;

  TlsSockets(SSLContext tls, InetAddress address) {
    this.tls = tls;
    this.address = address;
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return new Listener(port);
  }

  private final class Listener extends ServerSocket {

    private final List<Socket> open = new ArrayList<>();

    Listener(int port) throws IOException {
      super(port, BACKLOG, address);
    }

    @Override
    public Socket accept() throws IOException {
      while (true) {
        Socket plain = super.accept();
        open.removeIf(Socket::isClosed);
        if (open.size() >= MOST_CONNECTIONS) {
          plain.close();
          continue;
        }
        open.add(plain);
        SSLSocket secure =
            (SSLSocket)
                tls.getSocketFactory()
                    .createSocket(
                        plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
        secure.setUseClientMode(false);
        secure.setEnabledProtocols(PROTOCOLS);
        return secure;
      }
    }
  }
}

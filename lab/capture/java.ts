/** Java's own HTTP client, as a program that `java` compiles as it starts. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SOURCE = `import java.io.FileInputStream;
import java.net.URI;
import java.net.http.*;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.*;

class Visit {
  public static void main(String[] argv) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (FileInputStream file = new FileInputStream(argv[1])) {
      store.setCertificateEntry("edge", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
    String before = "";
    for (int at = 2; at < argv.length; at++) {
      HttpRequest.Builder ask = HttpRequest.newBuilder(URI.create(argv[0] + argv[at]));
      if (argv[at].equals(before)) {
        ask.header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("username=invented&password=invented"));
      }
      before = argv[at];
      client.send(ask.build(), HttpResponse.BodyHandlers.discarding());
    }
  }
}
`

/** Arguments of `java` that visit these paths; one that is given twice in a row gets the form. */
export function javaVisit(
  { origin, authority }: { readonly origin: string; readonly authority: string },
  scratch: string,
  paths: readonly string[],
): readonly string[] {
  const file = join(scratch, 'Visit.java')
  writeFileSync(file, SOURCE)
  return [file, origin, authority, ...paths]
}

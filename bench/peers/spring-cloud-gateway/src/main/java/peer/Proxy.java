package peer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Spring Cloud Gateway with the one route that its command line names. */
@SpringBootApplication
public class Proxy {
    public static void main(String[] args) {
        SpringApplication.run(Proxy.class, args);
    }
}

package dev.serai.jms;

import java.util.Set;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/** Users of a broker that asks for a name and a password: a client, who may do anything, and the gateway. */
final class Guard {
    static final String CLIENT = "client";
    static final String GATEWAY = "gateway";
    static final String PASSWORD = "s3cret-of-the-gateway";
    private static final String EVERYTHING = "#";

    private final SecurityConfiguration users = new SecurityConfiguration();
    private final String limited;
    private final boolean sends;
    private final boolean consumes;

    private Guard(String limited, boolean sends, boolean consumes) {
        this.limited = limited;
        this.sends = sends;
        this.consumes = consumes;
        for (String user : Set.of(CLIENT, GATEWAY)) {
            users.addUser(user, user.equals(GATEWAY) ? PASSWORD : user);
            users.addRole(user, user);
        }
    }

    /** The gateway may do anything. */
    static Guard ofUsers() {
        return new Guard(EVERYTHING, true, true);
    }

    /** The gateway may do anything but consume from this queue. */
    static Guard againstConsuming(String queue) {
        return new Guard(queue, true, false);
    }

    /** The gateway may do anything but send to this queue. */
    static Guard againstSending(String queue) {
        return new Guard(queue, false, true);
    }

    /** From now on the gateway has another password. */
    void changePassword(String password) {
        users.removeUser(GATEWAY);
        users.addUser(GATEWAY, password);
        users.addRole(GATEWAY, GATEWAY);
    }

    /** From now on the gateway may do anything. */
    void allowEverything(Broker broker) {
        broker.running().getSecurityRepository().addMatch(limited, roles(true, true));
    }

    void over(EmbeddedActiveMQ broker) {
        broker.getConfiguration()
                .setSecurityEnabled(true)
                // Nothing about them is kept in a cache.
                .setSecurityInvalidationInterval(0)
                .putSecurityRoles(EVERYTHING, roles(true, true))
                .putSecurityRoles(limited, roles(sends, consumes));
        broker.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
    }

    private static Set<Role> roles(boolean sends, boolean consumes) {
        return Set.of(role(CLIENT, true, true), role(GATEWAY, sends, consumes));
    }

    private static Role role(String name, boolean sends, boolean consumes) {
        return new Role(name, sends, consumes, true, true, true, true, false, true, true, true, false, false);
    }
}

package dev.serai.jms;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One that is made when it is first needed. */
record LazyConnectionFactory(Supplier<ConnectionFactory> made) implements ConnectionFactory {
    @Override
    public Connection createConnection() throws JMSException {
        return made.get().createConnection();
    }

    @Override
    public Connection createConnection(@Nullable String user, @Nullable String password) throws JMSException {
        return made.get().createConnection(user, password);
    }

    @Override
    public JMSContext createContext() {
        return made.get().createContext();
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password) {
        return made.get().createContext(user, password);
    }

    @Override
    public JMSContext createContext(@Nullable String user, @Nullable String password, int mode) {
        return made.get().createContext(user, password, mode);
    }

    @Override
    public JMSContext createContext(int mode) {
        return made.get().createContext(mode);
    }
}

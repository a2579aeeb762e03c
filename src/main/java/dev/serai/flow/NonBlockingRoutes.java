package dev.serai.flow;

import dev.serai.loop.NonBlocking;
import dev.serai.loop.RouteEdition;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.PipelineDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RemovePropertyDefinition;
import org.apache.camel.model.RemoveVariableDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SetBodyDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.SetVariableDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.ExchangePropertyExpression;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.HeaderExpression;
import org.apache.camel.model.language.RefExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.model.language.VariableExpression;
import org.jspecify.annotations.Nullable;

/**
 * Tells which routes may run on an event loop: those whose steps, and the steps of all routes that they lead to, are
 * known not to wait. Everything else runs on a thread that may block, so a user may put any step into any route.
 * Error handlers are not looked at: a failure is handled by a worker.
 */
public final class NonBlockingRoutes {
    private static final String DIRECT = "direct://";
    private static final String BEAN = "bean:";
    private static final Set<Class<?>> PLAIN = Set.of(
            CatchDefinition.class,
            ChoiceDefinition.class,
            FilterDefinition.class,
            FinallyDefinition.class,
            LoopDefinition.class,
            OnExceptionDefinition.class,
            PipelineDefinition.class,
            RemoveHeaderDefinition.class,
            RemoveHeadersDefinition.class,
            RemovePropertyDefinition.class,
            RemoveVariableDefinition.class,
            SetBodyDefinition.class,
            SetHeaderDefinition.class,
            SetPropertyDefinition.class,
            SetVariableDefinition.class,
            TryDefinition.class);

    private static final Set<Class<?>> PLAIN_EXPRESSIONS = Set.of(
            ConstantExpression.class,
            ExchangePropertyExpression.class,
            HeaderExpression.class,
            VariableExpression.class);

    private final CamelContext context;
    private final RouteEdition edition;
    /** By the URI of the endpoint that the route begins at; of these routes only, so that no late finding outlives them. */
    private volatile ConcurrentHashMap<String, Boolean> known = new ConcurrentHashMap<>();

    /** @param edition of the routes: while there is none, no route may run on an event loop */
    public NonBlockingRoutes(CamelContext context, RouteEdition edition) {
        this.context = context;
        this.edition = edition;
    }

    /** To be called whenever routes came or went. */
    public void refresh() {
        known = new ConcurrentHashMap<>();
    }

    /** Whether the route that begins at this endpoint, an entry's, may run on an event loop. */
    public boolean beginsAt(Endpoint entry) {
        return isKnown(entry.getEndpointUri());
    }

    /** Whether the route that calls this provider may. */
    boolean isCall(String provider) {
        return isKnown(DIRECT + provider + ProviderRoutes.CALL);
    }

    private boolean isKnown(String uri) {
        if (edition.current() < 0) {
            return false;
        }
        ConcurrentHashMap<String, Boolean> known = this.known;
        Boolean found = known.get(uri);
        if (found == null) {
            Route route = route(uri);
            found = route != null && isNonBlocking(route, new HashSet<>());
            known.put(uri, found);
        }
        return found;
    }

    private @Nullable Route route(String uri) {
        for (Route route : context.getRoutes()) {
            if (route.getEndpoint().getEndpointUri().equals(uri)) {
                return route;
            }
        }
        return null;
    }

    private boolean isNonBlocking(Route route, Set<String> seen) {
        if (!seen.add(route.getId())) {
            return true;
        }
        RouteDefinition steps =
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(route.getId());
        return steps != null
                && steps.getDelayer() == null
                && steps.getRoutePolicyRef() == null
                && steps.getRoutePolicies() == null
                && all(steps.getOutputs(), seen);
    }

    private boolean all(List<ProcessorDefinition<?>> steps, Set<String> seen) {
        return steps.stream().allMatch(step -> isNonBlocking(step, seen));
    }

    private boolean isNonBlocking(ProcessorDefinition<?> step, Set<String> seen) {
        if (step instanceof OnExceptionDefinition) {
            return true;
        }
        if (step instanceof ProcessDefinition process) {
            return isNonBlocking(process.getRef());
        }
        if (step instanceof BeanDefinition bean) {
            return isNonBlocking(bean.getRef());
        }
        if (step instanceof ToDefinition to) {
            return leadsToNonBlocking(String.valueOf(to.getEndpointUri()), seen);
        }
        if (!PLAIN.contains(step.getClass())) {
            return false;
        }
        if (step instanceof ExpressionNode node && !isNonBlocking(node.getExpression())) {
            return false;
        }
        if (step instanceof ChoiceDefinition choice) {
            return choice.getWhenClauses().stream()
                            .allMatch(when -> isNonBlocking(when.getExpression()) && all(when.getOutputs(), seen))
                    && (choice.getOtherwise() == null
                            || all(choice.getOtherwise().getOutputs(), seen));
        }
        if (step instanceof TryDefinition attempt) {
            return all(attempt.getOutputsWithoutCatches(), seen)
                    && attempt.getCatchClauses().stream().allMatch(caught -> isNonBlocking(caught, seen))
                    && (attempt.getFinallyClause() == null || isNonBlocking(attempt.getFinallyClause(), seen));
        }
        if (step instanceof CatchDefinition caught && caught.getOnWhen() != null) {
            return false;
        }
        return all(step.getOutputs(), seen);
    }

    private boolean leadsToNonBlocking(String uri, Set<String> seen) {
        int options = uri.indexOf('?');
        String plain = options < 0 ? uri : uri.substring(0, options);
        if (plain.startsWith(BEAN)) {
            return isNonBlocking(plain.substring(BEAN.length()));
        }
        if (!plain.startsWith("direct:") || options >= 0) {
            return false;
        }
        String name = plain.substring("direct:".length());
        Route next = route(name.startsWith("//") ? "direct:" + name : DIRECT + name);
        return next != null && isNonBlocking(next, seen);
    }

    private boolean isNonBlocking(@Nullable String bean) {
        return bean != null && context.getRegistry().lookupByName(bean) instanceof NonBlocking;
    }

    /** Simple can call beans. */
    private boolean isNonBlocking(@Nullable ExpressionDefinition expression) {
        if (expression instanceof RefExpression ref) {
            return isNonBlocking(ref.getExpression());
        }
        if (expression instanceof SimpleExpression simple) {
            return !simple.getExpression().contains("bean");
        }
        return expression != null && PLAIN_EXPRESSIONS.contains(expression.getClass());
    }
}

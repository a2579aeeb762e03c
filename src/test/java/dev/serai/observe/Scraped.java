package dev.serai.observe;

import dev.serai.gateway.TestGateway;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer of {@code /observe/metrics}. */
public record Scraped(String text) {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");

    public static Scraped of(TestGateway gateway) {
        return new Scraped(gateway.get("/observe/metrics").body());
    }

    /** The type of each metric by its name. */
    Map<String, String> types() {
        Map<String, String> types = new TreeMap<>();
        Matcher found = TYPE.matcher(text);
        while (found.find()) {
            types.put(found.group(1), found.group(2));
        }
        return types;
    }

    /** The sum over all series of this name whose labels contain all of these. */
    public double sum(String name, String... labels) {
        double sum = 0;
        for (String line : text.lines().toList()) {
            boolean named = line.startsWith(name + " ") || line.startsWith(name + "{");
            boolean labelled = true;
            for (String label : labels) {
                labelled &= line.contains(label);
            }
            if (named && labelled) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    /** The names of the labels of a metric, sorted and joined by commas. */
    String labels(String metric) {
        Matcher found = Pattern.compile("(?m)^" + Pattern.quote(metric) + "(?:_bucket|_count|_sum)?\\{([^}]*)} ")
                .matcher(text);
        if (!found.find()) {
            return "";
        }
        return String.join(
                ",",
                Pattern.compile("(\\w+)=\"")
                        .matcher(found.group(1))
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !label.equals("le"))
                        .sorted()
                        .toList());
    }
}

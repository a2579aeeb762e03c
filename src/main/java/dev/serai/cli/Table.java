package dev.serai.cli;

import dev.serai.invocation.UpstreamText;
import java.io.PrintStream;
import java.util.List;

/** Prints rows with aligned columns; control characters never reach the terminal. */
final class Table {
    private static final String GAP = "  ";

    private Table() {}

    static void print(List<List<String>> rows, PrintStream out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = printable(row.get(i));
                line.append(cell);
                if (i < columns - 1) {
                    line.append(" ".repeat(widths[i] - cell.length())).append(GAP);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String printable(String text) {
        return UpstreamText.printable(text);
    }
}

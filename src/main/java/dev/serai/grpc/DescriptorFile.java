package dev.serai.grpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file with a {@code FileDescriptorSet}, as {@code protoc --include_imports --descriptor_set_out} writes it.
 *
 * @param changed when it was changed last
 */
record DescriptorFile(FileTime changed, Descriptions descriptions) {
    /** @throws Descriptions.Unusable where it cannot be read */
    static DescriptorFile read(String name) throws Descriptions.Unusable {
        try {
            Path file = Path.of(name);
            if (!Files.isRegularFile(file)) {
                throw new Descriptions.Unusable("there is no file " + name);
            }
            FileTime changed = Files.getLastModifiedTime(file);
            if (Files.size(file) > Descriptions.MOST_BYTES) {
                throw new Descriptions.Unusable(name + " is larger than " + Descriptions.MOST_BYTES + " bytes");
            }
            return new DescriptorFile(changed, Descriptions.of(files(name, Files.readAllBytes(file))));
        } catch (InvalidProtocolBufferException e) {
            throw new Descriptions.Unusable(
                    name + " is no descriptor set; expected a file that protoc writes with --descriptor_set_out");
        } catch (InvalidPathException | IOException e) {
            throw new Descriptions.Unusable(
                    name + " cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Map<String, FileDescriptorProto> files(String name, byte[] bytes)
            throws InvalidProtocolBufferException, Descriptions.Unusable {
        Map<String, FileDescriptorProto> files = new LinkedHashMap<>();
        FileDescriptorSet.parseFrom(bytes).getFileList().forEach(file -> files.put(file.getName(), file));
        if (files.isEmpty()) {
            throw new Descriptions.Unusable(name + " is a descriptor set without files");
        }
        if (files.size() > Descriptions.MOST_FILES) {
            throw new Descriptions.Unusable(name + " holds more than " + Descriptions.MOST_FILES + " files");
        }
        return files;
    }

    /** Whether the file is as it was read. */
    static boolean isAsAt(String name, FileTime changed) {
        try {
            return Files.getLastModifiedTime(Path.of(name)).equals(changed);
        } catch (IOException e) {
            return false;
        }
    }
}

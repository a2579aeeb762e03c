package dev.serai.scenario;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;

/** The service lab.v1.Echo: its messages have a field of each kind. */
final class EchoProto {
    private static final String KINDS = """
            name: "lab/v1/kinds.proto" package: "lab.v1" syntax: "proto3"
            enum_type { name: "Kind" value { name: "A" number: 0 } value { name: "B" number: 1 } }
            """;
    private static final String ECHO = """
            name: "lab/v1/echo.proto" package: "lab.v1" syntax: "proto3"
            dependency: "lab/v1/kinds.proto" dependency: "google/protobuf/timestamp.proto"
            dependency: "google/protobuf/duration.proto" dependency: "google/protobuf/struct.proto"
            dependency: "google/protobuf/any.proto" dependency: "google/protobuf/field_mask.proto"
            dependency: "google/protobuf/wrappers.proto"
            message_type {
              name: "Req"
              field { name: "message" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
              field { name: "n" number: 2 type: TYPE_INT64 label: LABEL_OPTIONAL }
              field { name: "tags" number: 3 type: TYPE_MESSAGE type_name: ".lab.v1.Req.TagsEntry" label: LABEL_REPEATED }
              field { name: "kind" number: 4 type: TYPE_ENUM type_name: ".lab.v1.Kind" label: LABEL_OPTIONAL }
              field { name: "xs" number: 5 type: TYPE_DOUBLE label: LABEL_REPEATED }
              field { name: "raw" number: 6 type: TYPE_BYTES label: LABEL_OPTIONAL }
              field { name: "child_req" number: 7 type: TYPE_MESSAGE type_name: ".lab.v1.Req" label: LABEL_OPTIONAL }
              field { name: "many" number: 8 type: TYPE_MESSAGE type_name: ".lab.v1.Req" label: LABEL_REPEATED }
              field { name: "at" number: 9 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp" label: LABEL_OPTIONAL }
              field { name: "wait" number: 10 type: TYPE_MESSAGE type_name: ".google.protobuf.Duration" label: LABEL_OPTIONAL }
              field { name: "free" number: 11 type: TYPE_MESSAGE type_name: ".google.protobuf.Struct" label: LABEL_OPTIONAL }
              field { name: "any" number: 12 type: TYPE_MESSAGE type_name: ".google.protobuf.Any" label: LABEL_OPTIONAL }
              field { name: "mask" number: 13 type: TYPE_MESSAGE type_name: ".google.protobuf.FieldMask" label: LABEL_OPTIONAL }
              field { name: "maybe" number: 14 type: TYPE_MESSAGE type_name: ".google.protobuf.Int32Value" label: LABEL_OPTIONAL }
              field { name: "yes" number: 15 type: TYPE_BOOL label: LABEL_OPTIONAL }
              field { name: "left" number: 16 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
              field { name: "right" number: 17 type: TYPE_INT32 label: LABEL_OPTIONAL oneof_index: 0 }
              nested_type {
                name: "TagsEntry" options { map_entry: true }
                field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
                field { name: "value" number: 2 type: TYPE_STRING label: LABEL_OPTIONAL }
              }
              oneof_decl { name: "side" }
            }
            service {
              name: "Echo"
              method { name: "Say" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" }
              method { name: "Fail" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" }
              method { name: "Slow" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" }
              method { name: "WhoAmI" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" }
              method { name: "Count" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" server_streaming: true }
              method { name: "Gather" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" client_streaming: true }
              method { name: "Missing" input_type: ".lab.v1.Req" output_type: ".lab.v1.Req" }
            }
            """;

    static final FileDescriptor FILE = file();

    private EchoProto() {}

    private static FileDescriptor file() {
        try {
            FileDescriptor kinds = FileDescriptor.buildFrom(parsed(KINDS), new FileDescriptor[0]);
            return FileDescriptor.buildFrom(parsed(ECHO), new FileDescriptor[] {
                kinds,
                TimestampProto.getDescriptor(),
                DurationProto.getDescriptor(),
                StructProto.getDescriptor(),
                AnyProto.getDescriptor(),
                FieldMaskProto.getDescriptor(),
                WrappersProto.getDescriptor()
            });
        } catch (DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file's descriptor, written in the text format. */
    static FileDescriptorProto parsed(String text) {
        try {
            return TextFormat.parse(text, FileDescriptorProto.class);
        } catch (TextFormat.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@code protoc --include_imports --descriptor_set_out} writes it. */
    static FileDescriptorSet set() {
        FileDescriptorSet.Builder set = FileDescriptorSet.newBuilder();
        FILE.getDependencies().forEach(file -> set.addFile(file.toProto()));
        return set.addFile(FILE.toProto()).build();
    }
}

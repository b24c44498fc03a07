"""The payload formats in Python: how a message becomes frames, and frames a message.

A message is a dict here, whatever it was on the way: {"task_id": …, "data": …, "timestamp": …}.
"""

import json

import msgpack
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory


class MessagePack:
    """A frame is a map with the fields of the message; bytes are bytes."""

    def encode(self, message):
        return [msgpack.packb(message)]

    def decode(self, frames):
        return msgpack.unpackb(frames[0])


class Multipart:
    """The first frame is JSON, in which {"$frame": n} stands for the bytes of frame n."""

    def encode(self, message):
        binaries = []

        def reference(value):  # json asks this about what it cannot write
            binaries.append(bytes(value))
            return {"$frame": len(binaries)}

        text = json.dumps(message, default=reference)
        return [text.encode(), *binaries]

    def decode(self, frames):
        def place(value):
            return frames[value["$frame"]] if "$frame" in value else value

        return json.loads(frames[0], object_hook=place)


class Protobuf:
    """A frame is an AgentMessage of pipeline.proto.

    The classes come from the compiled schema, a FileDescriptorSet. `protoc --python_out=. pipeline.proto`
    writes them into a module, for those who have protoc.
    """

    def __init__(self, schema):
        with open(schema, "rb") as file:
            files = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
        pool = descriptor_pool.DescriptorPool()
        for description in files:
            pool.Add(description)
        name = "zeromq_agents_tutorial.AgentMessage"
        self.AgentMessage = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))

    def encode(self, message):
        wire = self.AgentMessage()
        part = wire.task if "data" in message else wire.result
        for name, value in message.items():
            if name in ("data", "result_data"):
                write_value(getattr(part, name), value)
            else:
                setattr(part, name, value)
        return [wire.SerializeToString()]

    def decode(self, frames):
        wire = self.AgentMessage.FromString(frames[0])
        part = getattr(wire, wire.WhichOneof("kind"))
        fields = {field.name: value for field, value in part.ListFields()}
        return {
            name: read_value(value) if name in ("data", "result_data") else value
            for name, value in fields.items()
        }


def write_value(wire, value):
    """Says in a Value of the schema what kind a value is. bool comes before number: in Python it is one."""
    if value is None:
        wire.null = 0
    elif isinstance(value, bool):
        wire.boolean = value
    elif isinstance(value, (int, float)):
        wire.number = value
    elif isinstance(value, str):
        wire.text = value
    elif isinstance(value, bytes):
        wire.binary = value
    elif isinstance(value, list):
        wire.list.SetInParent()  # an empty list is there, too
        for part in value:
            write_value(wire.list.values.add(), part)
    else:
        wire.struct.SetInParent()
        for key, part in value.items():
            write_value(wire.struct.fields[key], part)


def read_value(wire):
    kind = wire.WhichOneof("kind")
    if kind == "null":
        return None
    if kind == "numbers":
        return list(wire.numbers.values)
    if kind == "list":
        return [read_value(part) for part in wire.list.values]
    if kind == "struct":
        return {key: read_value(part) for key, part in wire.struct.fields.items()}
    return getattr(wire, kind)


def codec_from(options):
    """The codec that `--codec` names; Protobuf needs `--schema` as well."""
    if options.codec == "protobuf":
        return Protobuf(options.schema)
    return {"msgpack": MessagePack, "multipart": Multipart}[options.codec]()


def add_codec_flags(parser):
    parser.add_argument("--codec", choices=["msgpack", "protobuf", "multipart"], required=True)
    parser.add_argument("--schema", help="the compiled pipeline.proto, for protobuf")

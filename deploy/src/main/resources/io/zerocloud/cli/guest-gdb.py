# Teaches gdb a guest of ZeroCloud: its 32-bit addresses count from 0x440a00000000.
import gdb
import gdb.unwinder

BASE = 0x440A00000000


def word(at):
    return int.from_bytes(gdb.selected_inferior().read_memory(at, 8), "little")


class FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


class GuestUnwinder(gdb.unwinder.Unwinder):
    """Return addresses on a guest's stack lack the base. Follows frame pointers."""

    def __init__(self):
        super().__init__("zerocloud-guest")

    def __call__(self, frame):
        registers = {name: int(frame.read_register(name)) % 2**64 for name in ("rip", "rsp", "rbp")}
        pc = registers["rip"]
        if not BASE <= pc < BASE + 2**32:
            return None
        block = gdb.block_for_pc(pc)
        while block and not block.function:
            block = block.superblock
        start = block.start if block else pc
        # Before, behind and after the instruction that pushes rbp; without symbols, after it.
        pushed = pc != start or not block
        if not pushed:
            at = registers["rsp"]
        elif block and pc - start < 4:
            at = registers["rsp"] + 8
        else:
            at = registers["rbp"] + 8
        try:
            back = word(at) % 2**32
            rbp = word(at - 8) if pushed else registers["rbp"]
        except gdb.MemoryError:
            return None
        info = frame.create_unwind_info(FrameId(gdb.Value(at + 8), gdb.Value(start)))
        for name, value in (("rip", BASE + back if back else 0), ("rsp", at + 8), ("rbp", rbp)):
            info.add_saved_register(name, gdb.Value(value).cast(gdb.lookup_type("unsigned long long")))
        return info


class GuestLocals(gdb.Command):
    """guest-locals: arguments and variables of the selected frame, as `info locals` elsewhere."""

    def __init__(self):
        super().__init__("guest-locals", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        frame = gdb.selected_frame()
        block = frame.block()
        while block:
            for symbol in block:
                if symbol.is_argument or symbol.is_variable:
                    value = symbol.value(frame)
                    if value.address is not None:
                        at = BASE + int(value.address) % 2**32
                        value = gdb.Value(at).cast(symbol.type.pointer()).dereference()
                    print(f"{symbol.name} = {value}")
            block = None if block.function else block.superblock


class Guest(gdb.Function):
    """$guest(pointer): the same pointer as gdb can follow it."""

    def __init__(self):
        super().__init__("guest")

    def invoke(self, pointer):
        return gdb.Value(BASE + int(pointer) % 2**32).cast(pointer.type.target().pointer())


# Arguments are 32-bit addresses too: guest-locals shows them.
gdb.execute("set print frame-arguments none")
gdb.unwinder.register_unwinder(None, GuestUnwinder(), replace=True)
GuestLocals()
Guest()

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


gdb.unwinder.register_unwinder(None, GuestUnwinder(), replace=True)

"""Calls swift-get-nodes, the program itself, for many names in one process.

argv: swift.conf's folder, a ring, a JSON list of [account, container, object]. Prints of each
call the lines that say where the name lies, and an empty line after each."""
import contextlib
import io
import json
import shutil
import sys

swift_dir, ring, names = sys.argv[1:4]
tool = shutil.which('swift-get-nodes')
with open(tool) as source:
    program = compile(source.read(), tool, 'exec')
for name in json.load(open(names)):
    sys.argv = ['swift-get-nodes', '-a', '-d', swift_dir, '--', ring] + name
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(program, {'__name__': '__main__'})
    for line in output.getvalue().splitlines():
        if line.startswith(('Partition', 'Hash', 'Server:Port')):
            print(line)
    print()

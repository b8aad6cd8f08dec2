"""The devices: a file system that takes Swift's metadata, or the reason why there is none."""
import os
import pwd
import shutil
import subprocess

LARGE_ATTRIBUTE = 60000  # ext4 takes some 4000 bytes a file: 30 metadata headers give 507


def prepare(layout):
    """Makes every device's folder, on the first kind of storage that works."""
    srv = layout.path('srv')
    os.makedirs(srv, exist_ok=True)
    problem = None
    if not takes_large_attributes(srv):
        if layout.storage in ('auto', 'xfs') and os.geteuid() == 0 and shutil.which('mkfs.xfs'):
            problem = mount_xfs(layout, srv)
        else:
            problem = ('it takes no large extended attributes; use a folder on tmpfs (/dev/shm)'
                       ' or XFS, or be root with xfsprogs installed')
    if problem:
        raise SystemExit('swift-cluster: %s: %s' % (srv, problem))
    for node in layout.node_numbers():
        os.makedirs(os.path.join(layout.devices(node), 'd1'), exist_ok=True)
        os.makedirs(layout.path('run', str(node)), exist_ok=True)
    os.makedirs(layout.path('log'), exist_ok=True)
    if os.geteuid() == 0:
        give_to_swift(layout.path('srv'))
        give_to_swift(layout.path('run'))
        give_to_swift(layout.path('log'))


def release(layout):
    """Undoes prepare: unmounts and removes."""
    srv = layout.path('srv')
    if os.path.ismount(srv):
        subprocess.run(['umount', srv], check=True)
    shutil.rmtree(layout.folder, ignore_errors=True)


def mount_xfs(layout, srv):
    image = layout.path('xfs.img')
    with open(image, 'wb') as out:
        out.truncate(8 << 30)
    subprocess.run(['mkfs.xfs', '-q', image], check=True)
    done = subprocess.run(['mount', '-o', 'loop,noatime', image, srv],
                          stderr=subprocess.PIPE, text=True)
    return done.stderr.strip() if done.returncode else None


def takes_large_attributes(folder):
    probe = os.path.join(folder, '.probe')
    try:
        with open(probe, 'w'):
            os.setxattr(probe, 'user.swift.probe', b'x' * LARGE_ATTRIBUTE)
        return True
    except OSError:
        return False
    finally:
        if os.path.exists(probe):
            os.unlink(probe)


def give_to_swift(folder):
    swift = pwd.getpwnam('swift')
    for parent, _, files in os.walk(folder):
        os.chown(parent, swift.pw_uid, swift.pw_gid)
        for name in files:
            os.chown(os.path.join(parent, name), swift.pw_uid, swift.pw_gid)

"""Swift's configuration files."""
import os

from .layout import ACCOUNT, CONTAINER, MEMCACHED, OBJECT, PROXY, USERS

# The order is that of Swift's own sample configuration; list-endpoints must stand before auth.
PIPELINE = ('catch_errors gatekeeper healthcheck proxy-logging cache list-endpoints'
            ' listing_formats container_sync bulk tempurl ratelimit {auth} copy container-quotas'
            ' account-quotas slo dlo versioned_writes symlink {encryption} proxy-logging'
            ' proxy-server')

FILTERS = {
    'catch_errors': 'use = egg:swift#catch_errors',
    'gatekeeper': 'use = egg:swift#gatekeeper',
    'healthcheck': 'use = egg:swift#healthcheck',
    'proxy-logging': 'use = egg:swift#proxy_logging',
    'list-endpoints': 'use = egg:swift#list_endpoints',
    'listing_formats': 'use = egg:swift#listing_formats',
    'container_sync': 'use = egg:swift#container_sync',
    'bulk': 'use = egg:swift#bulk',
    'tempurl': 'use = egg:swift#tempurl',
    'ratelimit': 'use = egg:swift#ratelimit',
    'copy': 'use = egg:swift#copy',
    'container-quotas': 'use = egg:swift#container_quotas',
    'account-quotas': 'use = egg:swift#account_quotas',
    # Segments of one byte let tests make many-segmented objects cheaply, as Swift's own do.
    'slo': 'use = egg:swift#slo\nrate_limit_under_size = 0',
    'dlo': 'use = egg:swift#dlo\nrate_limit_after_segment = 1000',
    'versioned_writes': 'use = egg:swift#versioned_writes\n'
                        'allow_versioned_writes = true\nallow_object_versioning = true',
    'symlink': 'use = egg:swift#symlink',
    'keymaster': 'use = egg:swift#keymaster\n'
                 'encryption_root_secret = ' + 'c3dpZnRjbHVzdGVyIHRlc3Qgc2VjcmV0IG9mIDMyIGI=',
    'encryption': 'use = egg:swift#encryption\ndisable_encryption = {disable_encryption}',
}


# A busy machine is no broken one: with Swift's defaults (half a second to connect, one for the update
# of a listing) objects would be missing from listings until an updater runs.
PATIENCE = 'conn_timeout = 10\nnode_timeout = 60\n'

# What a storage node runs beside its servers. No auditors, which read every byte again and again.
DAEMONS = {
    'object': ('replicator', 'reconstructor', 'updater'),
    'container': ('replicator', 'updater'),
    'account': ('replicator',),
}
# Seconds from one pass to the next. On a few objects a pass costs some tens of milliseconds; Swift's
# own defaults (300 for updaters and the expirer) are those of millions of objects. The container
# updater forks for every partition that has a container.
PASS = 30
SLOW = {'container-updater': 60}


def write(layout):
    os.makedirs(layout.conf, exist_ok=True)
    put(layout, 'swift.conf', swift_conf(layout))
    for kind in layout.proxies():
        put(layout, 'proxy-%s.conf' % kind, proxy_conf(layout, kind))
    put(layout, 'internal-client.conf', internal_client_conf(layout))
    put(layout, 'expiry.conf', expiry_conf(layout))
    for node in layout.node_numbers():
        for kind, port in (('object', OBJECT), ('container', CONTAINER), ('account', ACCOUNT)):
            put(layout, '%s-server-%d.conf' % (kind, node),
                storage_conf(layout, kind, node, port))
        if layout.rsync:
            put(layout, 'rsync-server-%d.conf' % node, rsync_conf(layout, node))


def put(layout, name, text):
    with open(os.path.join(layout.conf, name), 'w') as out:
        out.write(text)


def swift_conf(layout):
    text = ('[swift-hash]\n'
            'swift_hash_path_prefix = loopback\nswift_hash_path_suffix = cluster\n')
    for index, name, _, ec in layout.policies():
        text += '\n[storage-policy:%d]\nname = %s\n' % (index, name)
        if index == 0:
            text += 'default = yes\n'
        if ec:
            text += ('policy_type = erasure_coding\nec_type = liberasurecode_rs_vand\n'
                     'ec_num_data_fragments = 2\nec_num_parity_fragments = 2\n'
                     'ec_object_segment_size = 1048576\n')
    return text


def common(layout, ip, port):
    return ('bind_ip = %s\nbind_port = %d\nworkers = %d\nuser = %s\nswift_dir = %s\n'
            'log_level = INFO\nlog_address = %s\n' % (
                ip, port, layout.workers, server_user(), layout.conf,
                layout.path('run', 'no-syslog')))


def server_user():
    import pwd
    return 'swift' if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def storage_conf(layout, kind, node, port):
    text = '[DEFAULT]\n' + common(layout, layout.node_ip(node), port)
    text += ('devices = %s\nmount_check = false\ndisable_fallocate = true\n'
             'fallocate_reserve = 0\n' % layout.devices(node)) + PATIENCE
    if kind == 'object':
        text += 'container_update_timeout = 60\n'
    text += '\n[pipeline:main]\npipeline = healthcheck recon %s-server\n' % kind
    text += '\n[app:%s-server]\nuse = egg:swift#%s\n' % (kind, kind)
    text += '\n[filter:healthcheck]\nuse = egg:swift#healthcheck\n'
    text += ('\n[filter:recon]\nuse = egg:swift#recon\nrecon_cache_path = %s\n'
             'recon_lock_path = %s\n' % (layout.run(node), layout.run(node)))
    # The one or other daemon is run once by `swift-cluster exec` only.
    others = {'object': ('auditor', 'relinker'), 'container': ('auditor', 'sharder', 'sync'),
              'account': ('auditor', 'reaper')}[kind]
    for daemon in DAEMONS[kind] + others:
        name = '%s-%s' % (kind, daemon)
        text += '\n[%s]\n%s' % (name, background(layout.run(node), SLOW.get(name, PASS)))
        if daemon == 'replicator':
            if layout.rsync:
                text += 'rsync_module = rsync://{replication_ip}:%d/%s\n' % (layout.rsync, kind)
            elif kind == 'object':
                text += 'sync_method = ssync\n'
    return text


def background(recon, interval):
    # Their "nothing to do" of every pass is not worth a line.
    return ('recon_cache_path = %s\ninterval = %d\nconcurrency = 1\nlog_level = WARNING\n'
            % (recon, interval))


def rsync_conf(layout, node):
    """One module for each kind of server; rsync runs as the devices' owner, so it need not change its user."""
    text = ('port = %d\naddress = %s\nuse chroot = no\nreverse lookup = no\n' % (
        layout.rsync, layout.node_ip(node)))
    for kind in DAEMONS:
        text += '\n[%s]\npath = %s\nread only = no\nmax connections = 8\nlock file = %s\n' % (
            kind, layout.devices(node), os.path.join(layout.run(node), kind + '.rsync'))
    return text


def expiry_conf(layout):
    # The queue that object servers of this release write is the one that is called legacy.
    return '[object-expirer]\n%sswift_dir = %s\ndequeue_from_legacy = true\n%s' % (
        'internal_client_conf_path = %s/internal-client.conf\n' % layout.conf, layout.conf,
        background(layout.run(0), PASS))


def proxy_conf(layout, kind):
    auth = 'authtoken keystoneauth' if kind == 'keystone' else 'tempauth'
    encrypts = kind == 'encryption'
    if layout.zerocloud and kind == 'tempauth':
        # Agents know one Swift proxy: it takes whatever token the cluster has, and reads what the
        # encrypting one wrote without encrypting itself.
        auth = 'authtoken keystoneauth tempauth' if layout.keystone else auth
        encrypts = layout.encryption
    encryption = 'keymaster encryption' if encrypts else ''
    text = '[DEFAULT]\n' + common(layout, layout.proxies()[kind], PROXY)
    text += '\n[pipeline:main]\npipeline = %s\n' % PIPELINE.format(
        auth=auth, encryption=encryption)
    text += ('\n[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n'
             'allow_account_management = true\n' + PATIENCE)
    text += '\n[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = %s:%d\n' % (
        layout.front, MEMCACHED)
    text += '\n[filter:tempauth]\nuse = egg:swift#tempauth\n'
    text += 'reseller_prefix = AUTH, SERVICE\nSERVICE_require_group = service\n'
    for user, key, groups in USERS:
        text += 'user_%s = %s %s\n' % (user.replace(':', '_'), key, groups)
    if 'keystoneauth' in auth:
        from . import keystone
        text += keystone.proxy_filters(layout, kind)
    for name, body in FILTERS.items():
        text += '\n[filter:%s]\n%s\n' % (
            name, body.replace('{disable_encryption}', str(kind != 'encryption').lower()))
    return text


def internal_client_conf(layout):
    return ('[DEFAULT]\nswift_dir = %s\nlog_level = WARNING\n\n'
            '[pipeline:main]\npipeline = catch_errors proxy-logging cache symlink proxy-server\n\n'
            '[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n%s\n'
            '[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = %s:%d\n\n'
            '[filter:catch_errors]\nuse = egg:swift#catch_errors\n\n'
            '[filter:symlink]\nuse = egg:swift#symlink\n\n'
            '[filter:proxy-logging]\nuse = egg:swift#proxy_logging\n' % (
                layout.conf, PATIENCE, layout.front, MEMCACHED))

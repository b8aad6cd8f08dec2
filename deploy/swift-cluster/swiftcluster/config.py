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


def write(layout):
    os.makedirs(layout.conf, exist_ok=True)
    put(layout, 'swift.conf', swift_conf(layout))
    for kind in layout.proxies():
        put(layout, 'proxy-%s.conf' % kind, proxy_conf(layout, kind))
    put(layout, 'internal-client.conf', internal_client_conf(layout))
    for node in layout.node_numbers():
        for kind, port in (('object', OBJECT), ('container', CONTAINER), ('account', ACCOUNT)):
            put(layout, '%s-server-%d.conf' % (kind, node),
                storage_conf(layout, kind, node, port))


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
             'recon_lock_path = %s\n' % (layout.path('run', str(node)),
                                         layout.path('run', str(node))))
    # For the daemons, which are run once at a time by `swift-cluster exec`.
    recon = 'recon_cache_path = %s\n' % layout.path('run', str(node))
    daemons = {'object': ('replicator', 'reconstructor', 'updater', 'auditor', 'relinker'),
               'container': ('replicator', 'updater', 'auditor', 'sharder', 'sync'),
               'account': ('replicator', 'auditor', 'reaper')}[kind]
    for daemon in daemons:
        text += '\n[%s-%s]\n%s' % (kind, daemon, recon)
        if daemon == 'replicator':
            text += 'sync_method = ssync\n' if kind == 'object' else ''
    if kind == 'object':
        text += '\n[object-expirer]\n%sinternal_client_conf_path = %s/internal-client.conf\n' % (
            recon, layout.conf)
    return text


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
    return ('[DEFAULT]\nswift_dir = %s\n\n'
            '[pipeline:main]\npipeline = catch_errors proxy-logging cache symlink proxy-server\n\n'
            '[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n\n'
            '[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = %s:%d\n\n'
            '[filter:catch_errors]\nuse = egg:swift#catch_errors\n\n'
            '[filter:symlink]\nuse = egg:swift#symlink\n\n'
            '[filter:proxy-logging]\nuse = egg:swift#proxy_logging\n' % (
                layout.conf, layout.front, MEMCACHED))

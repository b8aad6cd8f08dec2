/* What /dev/nvram says about the session, and putting it into effect. */
#ifndef ZRT_SESSION_H
#define ZRT_SESSION_H

#include "channel.h"
#include "node.h"

enum zrt_access { ZRT_READ_ONLY = 1, ZRT_WRITE_ONLY = 2, ZRT_READ_WRITE = 3 };

struct zrt_mount {
	struct zrt_mount *next;
	struct zrt_channel *channel;
	const char *mountpoint;
	enum zrt_access access;
	int removable;
	int line;
};

struct zrt_session {
	int64_t seconds;
	const char *seed;       /* text that joins the clock's start as random seed */
	int precache;
	char *args;             /* the text of [args], whole; null when absent */
	char **env;             /* "NAME=value"; env_count of them */
	int env_count, env_capacity;
	struct zrt_mount *mounts;
	int broken;             /* a record that must not be ignored was wrong */
};

extern struct zrt_session zrt_session;

/* Reads /dev/nvram (absent: the defaults) and applies [debug], [time] and [mapping]. Complaints go
 * to standard error. 0, or -1 when the session must not start. */
int zrt_session_load(void);

/* Applies one record; null, or why it cannot be. session_records.c */
struct nvram_record;
const char *zrt_session_take(void *context, const struct nvram_record *record);

/* Makes the mount points and mounts the images; with `again` only the removable ones, whose files
 * of the time before vanish first. 0, or -1 after a complaint. */
int zrt_session_mount(int again);

/* Packs the writable mounts into their channels; 0, or -1 after a complaint. */
int zrt_session_export(void);

/* Splits [args]; returns argc and the words (null-terminated), or -1 after a complaint. */
int zrt_session_arguments(char ***argv);

/* The directory /dev with the channels and built-in devices. */
int zrt_devices_init(void);
/* Adds channels that a later request's manifest brought. */
int zrt_devices_refresh(void);

#endif

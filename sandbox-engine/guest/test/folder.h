/* A folder of this machine in which a test makes and reads tar files. */
#ifndef FOLDER_H
#define FOLDER_H

/* A new folder with a tree in it; removed at the test's end. */
void folder_begin(void);
void folder_end(void);
/* Runs a command in the folder; it has to succeed. */
void shell(const char *command);
/* Opens a file of the folder, making it if it is missing. */
int opened(const char *name);

#endif

#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

/*
 * The tables, as steps that only go forward: a step that was released is
 * never changed, another is added after it.
 */
enum { SCHEMA_STEPS = 9 };
extern const char *const schema_steps[SCHEMA_STEPS];

#endif

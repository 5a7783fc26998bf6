#define _GNU_SOURCE
#include "worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the host has handed on from its CLD_FAULTS: "POINT NUMBER kill|stop". Null in every worker but those of the fault campaign. */
static const char *armed;
static char point[32], action[8];
static int left;

void fault_arm(void) {
  armed = getenv("CLD_FAULT");
  if (armed != NULL && sscanf(armed, "%31s %d %7s", point, &left, action) != 3) armed = NULL;
}

bool fault_is_armed(void) { return armed != NULL; }

void fault_reach(const char *here) {
  if (armed == NULL || strcmp(point, here) != 0 || --left != 0) return;
  kill(getpid(), strcmp(action, "stop") == 0 ? SIGSTOP : SIGKILL);
}

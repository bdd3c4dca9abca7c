/* build: makes a filter with libseccomp, for bench to compare snug's with.
 *
 *     build tree|linear FILE <RULES
 *     build version
 *
 * Rules come on standard input, one a line, numbers in hexadecimal:
 *
 *     default ACTION FOREIGN
 *     rule ACTION CALL [ARG OP VALUE MASK]...
 *
 * FILE gets the program as the kernel takes it. Standard output gets how many rules the
 * library refused, and how many nanoseconds it took from the first call of it to the last.
 * Actions are the values a filter returns, which are those of libseccomp as well; calls
 * are numbers of this architecture, so that the library's own age doesn't matter.
 */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_RULES = 2000, MAX_ARGS = 6 };

struct rule {
	unsigned action, call, count;
	struct scmp_arg_cmp args[MAX_ARGS];
};

static struct rule rules[MAX_RULES];
static int rule_count;
static unsigned fallback, foreign;

static void stop(const char *what, int error)
{
	fprintf(stderr, "build: %s: %s\n", what, strerror(error));
	exit(1);
}

static enum scmp_compare operator(const char *word)
{
	if (strcmp(word, "always") == 0) /* every number is, and it is tried after all else */
		return SCMP_CMP_GE;
	if (strcmp(word, "masked") == 0)
		return SCMP_CMP_MASKED_EQ;
	stop(word, EINVAL);
	return 0;
}

/* The line behind "rule". */
static void read_rule(const char *line)
{
	struct rule *r = &rules[rule_count++];
	unsigned arg;
	char op[16];
	unsigned long long value, mask;
	int used;

	if (rule_count == MAX_RULES || sscanf(line, "%x %x%n", &r->action, &r->call, &used) != 2)
		stop(line, EINVAL);
	for (line += used; sscanf(line, "%u %15s %llx %llx%n", &arg, op, &value, &mask, &used) == 4; line += used) {
		struct scmp_arg_cmp *a = &r->args[r->count++];
		*a = (struct scmp_arg_cmp){arg, operator(op), value, 0};
		if (a->op == SCMP_CMP_MASKED_EQ)
			*a = (struct scmp_arg_cmp){arg, a->op, mask, value};
		if (r->count == MAX_ARGS)
			break;
	}
}

static void read_rules(void)
{
	char line[1024];

	while (fgets(line, sizeof line, stdin))
		if (strncmp(line, "rule ", 5) == 0)
			read_rule(line + 5);
		else if (sscanf(line, "default %x %x", &fallback, &foreign) != 2)
			stop(line, EINVAL);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	const struct scmp_version *v = seccomp_version();
	int refused = 0, tree, fd, error;
	scmp_filter_ctx ctx;
	long long begin;

	if (argc == 2 && strcmp(argv[1], "version") == 0)
		return printf("libseccomp %u.%u.%u\n", v->major, v->minor, v->micro) < 0;
	if (argc != 3)
		stop("usage: build tree|linear FILE <RULES", EINVAL);
	tree = strcmp(argv[1], "tree") == 0;
	read_rules();
	fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		stop(argv[2], errno);
	begin = now();
	ctx = seccomp_init(fallback);
	if (!ctx)
		stop("seccomp_init", ENOMEM);
	error = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, foreign);
	if (!error && tree)
		error = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (error)
		stop("seccomp_attr_set", -error);
	for (struct rule *r = rules; r < rules + rule_count; r++) {
		error = seccomp_rule_add_exact_array(ctx, r->action, r->call, r->count, r->args);
		if (error) {
			fprintf(stderr, "build: call %u: %s\n", r->call, strerror(-error));
			refused++;
		}
	}
	error = seccomp_export_bpf(ctx, fd);
	if (error)
		stop("seccomp_export_bpf", -error);
	printf("%d %lld\n", refused, now() - begin);
	return 0;
}

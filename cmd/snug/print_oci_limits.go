package main

import (
	"strconv"
	"strings"

	"snug/userns"
)

// limits writes what bounds the sandbox as resources of a cgroup.
func (b *bundle) limits(p *userns.Plan) {
	c, ok := p.Cgroup.(*cage)
	if !ok {
		return
	}
	l := &c.opts.Limits
	r := &ociResources{}
	for _, line := range l.Lines() {
		file, value, _ := strings.Cut(line, " ")
		r.limit(file, value)
	}
	r.swap()
	b.config.Linux.Resources = r
	b.lacks = append(b.lacks, "limits hold only where the runtime has a cgroup: crun --cgroup-manager=disabled leaves them out without a word")
	for _, text := range c.properties() {
		b.lacks = append(b.lacks, "--property "+text+" is systemd's, and not in the bundle")
	}
}

func (r *ociResources) limit(file, value string) {
	words := strings.Fields(value)
	number := func(i int) int64 {
		n, err := strconv.ParseInt(words[i], 10, 64)
		if err != nil {
			return -1 // max
		}
		return n
	}
	switch {
	case len(words) == 0:
	case file == "memory.max":
		r.memory().Limit = number(0)
	case file == "pids.max":
		r.PIDs = &ociPIDs{number(0)}
	case file == "cpuset.cpus":
		r.cpu().Cpus = value
	case file == "cpu.max" && len(words) == 2:
		r.cpu().Quota, r.cpu().Period = number(0), uint64(number(1))
	default:
		if r.Unified == nil {
			r.Unified = map[string]string{}
		}
		r.Unified[file] = strings.TrimPrefix(r.Unified[file]+"\n"+value, "\n")
	}
}

// swap: the specification counts memory and swap together.
func (r *ociResources) swap() {
	const file = "memory.swap.max"
	value, ok := r.Unified[file]
	n, err := strconv.ParseInt(value, 10, 64)
	if !ok || err != nil || r.Memory == nil {
		return
	}
	r.Memory.Swap = r.Memory.Limit + n
	delete(r.Unified, file)
}

func (r *ociResources) memory() *ociMemory {
	if r.Memory == nil {
		r.Memory = &ociMemory{}
	}
	return r.Memory
}

func (r *ociResources) cpu() *ociCPU {
	if r.CPU == nil {
		r.CPU = &ociCPU{}
	}
	return r.CPU
}

// lack says what an OCI runtime can't do.
func (b *bundle) lack(p *userns.Plan) {
	say := func(matters bool, what string) {
		if matters {
			b.lacks = append(b.lacks, what)
		}
	}
	say(p.Landlock.ABI > 0, "runtimes know no Landlock: the mounts are the only wall")
	say(!p.NestedUsers, "the number of user namespaces inside is not limited; the filter of system calls refuses them, if there is one")
	say(!p.AsPid1, "the command is pid 1: nobody reaps orphans for it, and signals it has no handler for don't reach it")
	say(p.Timeout > 0, "there is no time limit: put timeout(1) in front of the runtime")
	say(p.Terminal != nil, "the command has no terminal: \"terminal\": true gives it one")
	say(p.Supervisor != nil, "nobody says which calls were refused")
	say(logged(p), "what is refused is not logged")
	say(true, "each private directory is bounded by itself, not all together")
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	ossignal "os/signal"
	"text/tabwriter"
	"time"

	"golang.org/x/sys/unix"

	"snug/cgroupv2"
)

// statsCmd is `snug stats`.
type statsCmd struct {
	watched
	Stream bool `short:"f" help:"Go on, until they have ended."`
	JSON   bool `name:"json" help:"As JSON: a document for each time, on a line."`
}

// watched is what is to be looked at, and how often.
type watched struct {
	Sandbox  []string `arg:"" optional:"" placeholder:"SANDBOX" help:"The name of a sandbox or the beginning of it, or the number of the snug that runs it, or of its pid 1 (default all that run)."`
	Interval string   `placeholder:"TIME" help:"The time between two samples (default 1s, at least 0.1s)."`
}

func (w *watched) interval() (time.Duration, error) {
	const least = 100 * time.Millisecond
	d, err := duration("interval", w.Interval)
	switch {
	case err != nil:
		return 0, err
	case w.Interval == "":
		return time.Second, nil
	case d < least:
		return 0, &valueError{"interval", w.Interval, "a time of 0.1s or more"}
	}
	return d, nil
}

// Run does `snug stats`. A reader who has had enough is no failure.
func (c *statsCmd) Run() int {
	ossignal.Ignore(unix.SIGPIPE) // EPIPE comes instead
	say := func(err error) int { return report(os.Stderr, err) }
	if c.JSON {
		say = func(err error) int { return reportJSON(os.Stderr, err) }
	}
	every, err := c.interval()
	if err != nil {
		return say(err)
	}
	status := 0
	w, err := newWatch(c.Sandbox, func(err error) { say(err); status = 1 })
	if err == nil && (w.chosen == nil || len(w.chosen) > 0) {
		err = c.print(os.Stdout, w, every)
	}
	if quiet(err) != nil {
		return say(err)
	}
	return status
}

// print prints one sample, or a stream of them. The first takes two looks, since CPU time says
// nothing by itself.
func (c *statsCmd) print(to io.Writer, w *watch, every time.Duration) error {
	if _, err := w.look(); err != nil {
		return err
	}
	time.Sleep(briefly)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for first := true; ; first = false {
		samples, err := w.look()
		if err != nil || !first && len(samples) == 0 {
			return err
		}
		if !first && !c.JSON {
			fmt.Fprintln(to) // between two tables
		}
		if err := c.one(to, samples); err != nil || !c.Stream || len(samples) == 0 {
			return err
		}
		<-tick.C
	}
}

func (c *statsCmd) one(to io.Writer, samples []sample) error {
	if c.JSON {
		return json.NewEncoder(to).Encode(statsDocument(time.Now(), samples))
	}
	return printSamples(to, samples)
}

// statsOf is the document of one time.
type statsOf struct {
	Schema    int       `json:"schema"`
	Time      time.Time `json:"time"` // RFC 3339
	Sandboxes []sample  `json:"sandboxes"`
}

func statsDocument(at time.Time, samples []sample) statsOf { return statsOf{1, at, samples} }

// printSamples prints a table.
func printSamples(to io.Writer, samples []sample) error {
	t := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tCPU\tMEMORY\tPIDS\tREAD\tWRITTEN\tCPU-STALL\tMEM-STALL\tIO-STALL")
	for i := range samples {
		s := &samples[i]
		var p cgroupv2.PressureStats
		if s.Pressure != nil {
			p = *s.Pressure
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", plain(s.Name), s.cpuWords(), s.memoryWords(), s.pidsWords(),
			bytesWords(s.Read), bytesWords(s.Written), stallWords(p.CPU), stallWords(p.Memory), stallWords(p.IO))
	}
	return t.Flush()
}

// Help is what `snug stats --help` says besides the flags.
func (*statsCmd) Help() string {
	return `CPU is in percent of one, over a fifth of a second, or since the sample before. MEMORY and PIDS are with their limit behind a slash, where there is one. A STALL is the share of the last 10 seconds in which some process, and all of them, had to wait for it. What nobody counts is "-": without a cgroup there are CPU, MEMORY and PIDS only, as sums over the processes.

With --stream, a table or a line of JSON every --interval, until all have ended or nobody reads any more.

Exit status: 0; 1 one was not there or has ended already; 125 the line was not understood.`
}

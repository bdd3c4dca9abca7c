package userns

import (
	"context"
	"os"
	"testing"
)

// tiny is a program that does nothing, if there is one to measure with.
func target(tb testing.TB) string {
	if p := os.Getenv("SNUG_BENCH_TARGET"); p != "" {
		return p
	}
	return "/bin/true"
}

func BenchmarkStartWait(b *testing.B) {
	for b.Loop() {
		if err := Run(context.Background(), &Spec{Args: []string{target(b)}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStartWaitNoNet(b *testing.B) {
	for b.Loop() {
		if err := Run(context.Background(), &Spec{Share: ShareNet, Args: []string{target(b)}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGatherResolve(b *testing.B) {
	spec := &Spec{Args: []string{"true"}}
	for b.Loop() {
		h, err := Gather(spec)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Resolve(spec, h); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	spec := &Spec{Args: []string{"true"}}
	h, err := Gather(spec)
	if err != nil {
		b.Fatal(err)
	}
	p, err := Resolve(spec, h)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p.compile(doors{})
	}
}

package main

import (
	"strings"
	"testing"
)

const (
	passing = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}
{"Action":"pass","Package":"p","Elapsed":0.1}
`
	skipping = `{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:9: needs newuidmap\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Elapsed":0.1}
`
	failing = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:3: got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p","Elapsed":0.1}
`
	unbuilt = `{"ImportPath":"p [p.test]","Action":"build-output","Output":"./a.go:1: undefined: x\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}
`
	crashed = `{"Action":"run","Package":"p","Test":"TestD"}
{"Action":"output","Package":"p","Test":"TestD","Output":"SIGSEGV: segmentation violation\n"}
{"Action":"fail","Package":"p","Elapsed":0.1}
`
	leaked = `{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"a descriptor is still open\n"}
{"Action":"fail","Package":"p","Elapsed":0.1}
`
)

func TestSummarise(t *testing.T) {
	tests := []struct {
		name, events string
		strict, ok   bool
		want, unwant string
	}{
		{name: "a pass is one line", events: passing, strict: true, ok: true,
			want: "ok   p 0.1s, 1 tests\nrun: 1 passed, 0 failed, 0 skipped\n", unwant: "chatter"},
		{name: "a skip shows its reason", events: skipping, ok: true,
			want: "SKIP p TestB: b_test.go:9: needs newuidmap\nrun: 0 passed, 0 failed, 1 skipped\n"},
		{name: "a skip fails in CI", events: skipping, strict: true, want: "CI is set"},
		{name: "a failure shows its output", events: failing, want: "got 1, want 2"},
		{name: "a failure is counted once", events: failing, want: "0 passed, 1 failed, 0 skipped"},
		{name: "a package that does not build", events: unbuilt, want: "undefined: x\nFAIL p"},
		{name: "a test that never ended", events: crashed, want: "SIGSEGV"},
		{name: "a package that fails after its tests", events: leaked, want: "still open\nFAIL p"},
		{name: "what is no event is passed on", events: "go: no such package\n" + passing, ok: true, want: "go: no such package\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			if ok := summarise(&out, strings.NewReader(tt.events), "run", tt.strict); ok != tt.ok {
				t.Errorf("ok = %v, want %v", ok, tt.ok)
			}
			if !strings.Contains(out.String(), tt.want) {
				t.Errorf("output lacks %q:\n%s", tt.want, &out)
			}
			if tt.unwant != "" && strings.Contains(out.String(), tt.unwant) {
				t.Errorf("output has %q:\n%s", tt.unwant, &out)
			}
		})
	}
}

package seccomp

import (
	"strings"
	"testing"
)

// FuzzLoad reads anything in any form. What loads is valid, compiles to what it says unless it
// is too long, and can be written again.
func FuzzLoad(f *testing.F) {
	f.Add("default kill\nallow open if int1 & 3 == 1,2 and arg0 within 5 on s390x\n")
	f.Add(strictText)
	f.Add(usernsText)
	f.Add(string(dockersText(f)))
	f.Add("default = \"kill\"\nrules = [\n\"allow open if int1 == 1,2\", # x\n'errno EPERM read write',\n]\n")
	f.Add("default = \"\"\"\nlog\"\"\"\n[rules]\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Load(strings.NewReader(text))
		if err != nil {
			return
		}
		target := Target{Arches: []Arch{ArchAMD64}}
		if _, err := Compile(p, target); err == nil {
			agree(t, newDice(uint64(len(text))), p, target, 20)
		} else if !strings.Contains(err.Error(), "instructions") {
			t.Errorf("it loads, but: %v", err)
		}
		same(t, newDice(uint64(len(text))), p, 5)
	})
}

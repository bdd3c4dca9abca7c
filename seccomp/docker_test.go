package seccomp

import (
	"encoding/json"
	"testing"

	moby "github.com/moby/profiles/seccomp"
)

// dockersText is Docker's profile as JSON, the way dockerd --print-default-profile writes it.
func dockersText(t testing.TB) []byte {
	t.Helper()
	text, err := json.MarshalIndent(moby.DefaultProfile(), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

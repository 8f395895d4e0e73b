package manifest

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// StackFileName is the name of the object in which a stack keeps the file it was made of.
const StackFileName = "rio-stack-file"

// The keys of what is kept.
const (
	keyText    = "stack.yml"
	keyAnswers = "answers.json"
	keyFiles   = "files.json"
	keyCompose = "compose" // of a docker-compose file
)

// StackFile keeps a stack file with its answers. It is a Secret: answers may be passwords.
func StackFile(namespace string, s stack.Source) (*corev1.Secret, error) {
	answers, err := json.Marshal(s.Answers)
	if err != nil {
		return nil, fmt.Errorf("keep the answers: %w", err)
	}
	files := map[string][]byte{}
	for name, content := range s.Files {
		files[name] = []byte(content)
	}
	encoded, err := json.Marshal(files)
	if err != nil {
		return nil, fmt.Errorf("keep the files: %w", err)
	}
	data := map[string][]byte{keyText: []byte(s.Text), keyAnswers: answers, keyFiles: encoded}
	if s.Compose {
		data[keyCompose] = []byte("true")
	}
	return &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Name: StackFileName, Namespace: namespace, Labels: map[string]string{rio.LabelManaged: "true", rio.LabelNamespace: namespace, rio.LabelK8sManagedBy: rio.FieldManager}},
		Data:       data,
	}, nil
}

// ParseStackFile is the inverse. What cannot be read is as good as not kept.
func ParseStackFile(o Object) stack.Source {
	secret, ok := o.(*corev1.Secret)
	if !ok {
		return stack.Source{}
	}
	s := stack.Source{Text: string(secret.Data[keyText]), Compose: secret.Data[keyCompose] != nil}
	var files map[string][]byte
	if json.Unmarshal(secret.Data[keyAnswers], &s.Answers) != nil || json.Unmarshal(secret.Data[keyFiles], &files) != nil {
		return stack.Source{}
	}
	for name, content := range files {
		if s.Files == nil {
			s.Files = map[string]string{}
		}
		s.Files[name] = string(content)
	}
	return s
}

// Package stack reads and writes stack files: the services, configs, secrets and volumes
// of one stack in one YAML text, which may be a template with questions. The subset
// of docker-compose.yml that has a meaning on Kubernetes is read too.
//
//	Source   the text as the user wrote it, with the answers and further files it needs;
//	         reading it puts the answers in: ${VAR}, then Go's template language
//	Read     the rendered text -> File, or all that is wrong with it, with line numbers;
//	         ReadCompose is for docker-compose files, whose variables have rules of their own
//	Write    File -> text
//	Compare  File, File -> what leads from one to the other, in words
//	Mask     what of a Source, passwords that is, nobody is to see in these
//
// The law that holds them together: Read(Write(f)) == f.
package stack

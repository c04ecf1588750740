# What is run most; `just` lists it. Everything is a command of its own, too: see CONTRIBUTING.md.

documents := 'README.md CONTRIBUTING.md "assets/docs/*.md"'

_default:
    @just --list

# everything a change must pass
check:
    bash .ci/run

# the tests, or some: just test tests/documents -k keys
test *ARGS:
    uv run pytest {{ARGS}}

# style, layout, types, import contracts, generated parts
lint:
    uv run ruff check .
    uv run ruff format --check .
    uv run clang-format --dry-run --Werror core/training/native/*.[ch]pp
    uv run mypy
    uv run lint-imports --no-logo
    uv run cog --check --diff {{documents}}

# write the generated parts of the documents anew
docs:
    uv run cog -r {{documents}}

# the dashboard on procedural images
demo *ARGS:
    uv run cifar-tui --demo {{ARGS}}

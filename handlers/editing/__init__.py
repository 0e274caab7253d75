"""«Найти и изменить»: coordinators edit the programme in the chat."""
